# requires: pyzmq
import threading

import zmq

context = zmq.Context()
socket = context.socket(zmq.REP)
port = socket.bind_to_random_port("tcp://127.0.0.1")


def answer():
    for _ in range(100):
        socket.send(socket.recv().upper())


thread = threading.Thread(target=answer)
thread.start()
client = context.socket(zmq.REQ)
client.connect(f"tcp://127.0.0.1:{port}")
for n in range(100):
    client.send(b"word%d" % n)
    assert client.recv() == b"WORD%d" % n
thread.join()
public, secret = zmq.curve_keypair()
context.destroy()
print("100 requests over TCP between threads, a CURVE key pair")
