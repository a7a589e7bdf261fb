"""WebSockets the way Flask's extensions do them: an echo of flask-sock, and a Socket.IO server in threads."""

from flask import Flask
from flask_sock import Sock
from flask_socketio import SocketIO

app = Flask(__name__)
sock = Sock(app)
socketio = SocketIO(app, async_mode="threading")


@app.route("/")
def hello():
    return "hello"


@sock.route("/echo")
def echo(connection):
    while (text := connection.receive()) != "bye":
        connection.send(text)


@socketio.on("shout")
def shout(text):
    return text.upper()
