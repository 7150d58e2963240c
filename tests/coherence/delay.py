"""A relay between entable and a server that holds back what the server says."""

import os
import selectors
import socket
import threading

CHUNK = 1 << 16


class Link:
    """One connection through the relay, and what its server has said that is held back."""

    def __init__(self, client, server):
        self.client, self.server = client, server
        self.asked = bytearray()  # by the client, from its beginning
        self.held = bytearray()


class Delay:
    """Listens at `path` for a server's Unix socket, from its making to close()."""

    def __init__(self, server_socket, path):
        self.server_socket, self.path = server_socket, path
        self.word = None  # links whose clients have said it are held back; None: none is
        self.links = []
        self.lock = threading.Lock()  # of the above
        self.selector = selectors.DefaultSelector()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(16)
        self.waker, self.wakened = socket.socketpair()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.selector.register(self.wakened, selectors.EVENT_READ)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def hold(self, word):
        """Holds back what is said on links whose clients have said this."""
        with self.lock:
            self.word = word

    def held(self):
        """How many bytes wait."""
        with self.lock:
            return sum(len(link.held) for link in self.links)

    def release(self):
        """Lets all go."""
        with self.lock:
            self.word = None
            for link in self.links:
                link.client.sendall(link.held)
                link.held.clear()

    def run(self):
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is self.wakened:
                    return
                with self.lock:
                    if key.fileobj is self.listener:
                        self.accept()
                    elif key.data in self.links:
                        self.pass_on(key.fileobj, key.data)

    def accept(self):
        client, _ = self.listener.accept()
        server = socket.socket(socket.AF_UNIX)
        server.connect(self.server_socket)
        link = Link(client, server)
        self.links.append(link)
        for side in (client, server):
            self.selector.register(side, selectors.EVENT_READ, link)

    def drop(self, link):
        self.links.remove(link)
        for side in (link.client, link.server):
            self.selector.unregister(side)
            side.close()

    def pass_on(self, side, link):
        """What one side of a link has said."""
        try:
            data = side.recv(CHUNK)
            if not data:
                self.drop(link)
            elif side is link.client:
                link.asked += data
                link.server.sendall(data)
            elif self.word is not None and self.word in link.asked:
                link.held += data
            else:
                link.client.sendall(data)
        except OSError:
            self.drop(link)

    def close(self):
        """Ends the thread and everything that goes through it."""
        self.waker.send(b".")
        self.thread.join()
        for link in list(self.links):
            self.drop(link)
        for sock in (self.listener, self.waker, self.wakened):
            sock.close()
        self.selector.close()
        os.unlink(self.path)
