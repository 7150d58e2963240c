"""A relay between entable and a MySQL server that cuts a connection where it is told.

It listens on a Unix socket and knows the framing of MySQL's packets: three bytes
of length, one of sequence.  Armed with n it counts the packets of all connections
in both directions, those of a log-in left out, and closes the connection that has
passed the n-th, after it.  All others live on, those that end a statement by KILL
QUERY too.  One thread does it all, so that the packets have an order.
"""

import os
import selectors
import socket
import threading

OK, REFUSED = 0x00, 0xff   # the first byte of the packet that ends a log-in
CHUNK = 1 << 18


class Side:
    """One of the two sockets of a connection, and what came from it unfinished."""

    def __init__(self, sock, link, is_server):
        self.sock = sock
        self.link = link
        self.is_server = is_server
        self.other = None
        self.bytes = bytearray()

    def packets(self):
        """Takes the packets that are complete."""
        while len(self.bytes) >= 4:
            size = 4 + int.from_bytes(self.bytes[:3], "little")
            if len(self.bytes) < size:
                return
            packet = bytes(self.bytes[:size])
            del self.bytes[:size]
            yield packet


class Link:
    """One connection through the relay."""

    def __init__(self, client, server):
        self.is_logged_in = False
        self.thread = 0   # the server's number of it
        self.client, self.server = Side(client, self, False), Side(server, self, True)
        self.client.other, self.server.other = self.server, self.client

    def look(self, side, packet):
        """Follows the log-in; whether the packet is a part of it."""
        if self.is_logged_in:
            return False
        if side.is_server and not self.thread:
            end = packet.index(0, 5)
            self.thread = int.from_bytes(packet[end + 1:end + 5], "little")
        elif side.is_server and packet[4] in (OK, REFUSED):
            self.is_logged_in = True
        return True


class Relay:
    """Runs from its making to close()."""

    def __init__(self, server_socket, path):
        self.server_socket = server_socket
        self.path = path
        self.left = 0            # packets to pass before the cut; 0: never
        self.cut_thread = 0      # the server's number of the connection that was cut
        self.links = set()
        self.selector = selectors.DefaultSelector()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(16)
        self.waker, self.wakened = socket.socketpair()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.selector.register(self.wakened, selectors.EVENT_READ)
        self.armed = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def arm(self, n):
        """Counts from here on; the connection that passes the n-th packet is cut.

        What was sent before and waits here (the end of a statement that nobody
        answers) passes first, so that n is the same packet in every try.
        """
        self.armed.clear()
        self.waker.send(b"%d\n" % n)
        self.armed.wait()

    def disarm(self):
        """Counts no more."""
        self.left = 0

    def close(self):
        """Ends the thread and everything that goes through it."""
        self.waker.close()
        self.thread.join()
        for link in list(self.links):
            self.drop(link)
        for sock in (self.listener, self.wakened):
            sock.close()
        self.selector.close()
        os.unlink(self.path)

    def run(self):
        while True:
            keys = [key for key, _ in self.selector.select()]
            for key in keys:
                if key.fileobj is self.listener:
                    self.accept()
                elif key.data and key.data.link in self.links:
                    self.read(key.data)
            if [key.fileobj for key in keys] == [self.wakened] and not self.obey():
                return

    def obey(self):
        """Arms as it was asked to, while nothing is on its way; False at the end."""
        asked = self.wakened.recv(64)
        if asked:
            self.left = int(asked)
            self.armed.set()
        return bool(asked)

    def accept(self):
        client, _ = self.listener.accept()
        server = socket.socket(socket.AF_UNIX)
        server.connect(self.server_socket)
        link = Link(client, server)
        self.links.add(link)
        for side in (link.client, link.server):
            self.selector.register(side.sock, selectors.EVENT_READ, side)

    def drop(self, link):
        """Closes both ends of a connection."""
        self.links.discard(link)
        for side in (link.client, link.server):
            self.selector.unregister(side.sock)
            side.sock.close()

    def read(self, side):
        """Passes on what one side has sent."""
        try:
            data = side.sock.recv(CHUNK)
            side.bytes += data
            if not data or not all(self.passes(side, packet) for packet in side.packets()):
                self.drop(side.link)
        except OSError:
            self.drop(side.link)

    def passes(self, side, packet):
        """Passes one packet on; False where the connection ends with it.

        It is counted before anybody can have it: an answer may end the operation,
        and with it the counting.
        """
        counts = not side.link.look(side, packet) and self.left > 0
        self.left -= counts
        is_last = counts and not self.left
        if is_last:
            self.cut_thread = side.link.thread
        side.other.sock.sendall(packet)
        return not is_last
