from gunicorn.app.wsgiapp import run

if __name__ == "__main__":
    # python -m gunicorn, under the name of the command it stands for
    run(prog="gunicorn")
