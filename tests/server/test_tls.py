#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS and plaintext on one port, told apart by the first byte."""

import hashlib
import socket
import ssl
import time
import warnings

import tap
from hallway_server import LINE_MAX, PATIENCE, ServerTest, client_hello, tls_context

warnings.simplefilter('ignore', DeprecationWarning)  # asking for TLS 1.1 is the point here


class Tls(ServerTest):

    def first_answer(self, data):
        """What the server answers to these first bytes, as raw bytes."""
        with socket.create_connection(('127.0.0.1', self.server.port), PATIENCE) as raw:
            raw.sendall(data)
            return raw.recv(65536)

    def test_both_on_one_port(self):
        room = self.fresh()
        plain, secure = self.person(room=room), self.person(room=room, tls=True)
        plain.say(room, 'from plaintext')
        secure.say(room, 'from TLS')
        for client in [plain, secure]:
            client.event('entry', text='from plaintext')
            client.event('entry', text='from TLS')

    def test_fingerprint_is_that_of_the_certificate(self):
        client = self.connect(tls=True)
        self.assertEqual(client.fingerprint, self.server.fingerprint)
        self.assertEqual(client.hello()['fingerprint'], client.fingerprint)

    def test_certificate_is_self_signed_and_of_now(self):
        pem = ssl.get_server_certificate(('127.0.0.1', self.server.port))
        der = ssl.PEM_cert_to_DER_cert(pem)
        self.assertEqual(hashlib.sha256(der).hexdigest(), self.server.fingerprint)
        context = ssl.create_default_context(cadata=pem)  # trusts this one alone
        context.check_hostname = False
        with socket.create_connection(('127.0.0.1', self.server.port), PATIENCE) as raw, \
                context.wrap_socket(raw) as tls:
            known = tls.getpeercert()
        self.assertEqual(known['issuer'], known['subject'])
        self.assertLess(ssl.cert_time_to_seconds(known['notBefore']), time.time())
        self.assertGreater(ssl.cert_time_to_seconds(known['notAfter']), time.time() + 10 * 31536000)

    def test_versions_of_tls(self):
        for version, taken in [(ssl.TLSVersion.TLSv1, False), (ssl.TLSVersion.TLSv1_1, False),
                               (ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_3, True)]:
            with self.subTest(version=version):
                hello = client_hello(minimum_version=version, maximum_version=version)
                self.assertEqual(hello[:1], b'\x16', 'this Python cannot ask for it')
                self.assertEqual(self.first_answer(hello)[:1] == b'\x16', taken)

    def test_handshake_in_single_bytes(self):
        context = tls_context()
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing)
        with socket.create_connection(('127.0.0.1', self.server.port), PATIENCE) as raw:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                try:
                    tls.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    for byte in outgoing.read():
                        raw.sendall(bytes([byte]))
                    incoming.write(raw.recv(65536))
            tls.write(b'{"op":"hello","id":1,"versions":[1],"client":"x"}\n')
            for byte in outgoing.read():
                raw.sendall(bytes([byte]))
            answer = b''
            while b'\n' not in answer:
                incoming.write(raw.recv(65536))
                try:
                    answer += tls.read(65536)
                except ssl.SSLWantReadError:
                    pass
        self.assertIn(b'"re":1', answer)

    def test_many_lines_in_one_record(self):
        client = self.greet(tls=True)
        lines = b''.join(b'{"op":"echo","id":%d,"text":"t"}\n' % i for i in range(100, 500))
        self.assertLess(len(lines), 16384)
        client.send_raw(lines)
        for i in range(100, 500):
            self.assertTrue(client.reply(i)['ok'])

    def test_line_over_many_records(self):
        client = self.greet(tls=True)
        for part in [b'{"op":"echo",', b'"id":50,"te', b'xt":"', *[b'abc'] * 500, b'"}', b'\n']:
            client.send_raw(part)
        self.assertEqual(client.reply(50)['text'], 'abc' * 500)

    def test_much_data_both_ways(self):
        client = self.greet(tls=True)
        asked = [client.ask('echo', text=f'{i} ' + 'e' * 8000) for i in range(600)]
        for number, request in enumerate(asked):
            self.assertTrue(client.reply(request)['text'].startswith(f'{number} e'))

    def test_line_too_long_is_answered_and_closed(self):
        client = self.greet(tls=True)
        client.send_raw(b'x' * (LINE_MAX + 1))
        client.expect_error('line-too-long')
        client.expect_close()

    def test_lost_tls_link_is_as_any_other(self):
        room = self.fresh()
        ana, bob = self.person(room=room), self.person(room=room, tls=True)
        bob.close()
        again = self.greet(tls=True)
        self.assertTrue(again.login(token=bob.token)['resumed'])
        ana.say(room, 'hello again')
        again.event('entry', text='hello again')

    def test_what_begins_like_tls_and_is_none(self):
        for data in [b'\x16', b'\x16\x03', b'\x16' * 500, b'\x16\x03\x01\xff\xff' + b'z' * 70000,
                     b'\x16{"op":"hello"}\n', b'\x16\x03\x01\x00\x00', b'\x16\x00\x00\x00\x05hello',
                     client_hello()[:-20] + b'garbage' * 10]:
            with self.subTest(data=data[:20]):
                client = self.connect()
                client.send_raw(data)
                client.socket.setblocking(True)
                client.socket.settimeout(PATIENCE)
                try:
                    client.socket.shutdown(socket.SHUT_WR)
                    while client.socket.recv(65536):
                        pass
                except OSError:  # a reset is answer enough
                    pass
        self.greet(tls=True)

    def test_unfinished_handshakes_block_nobody(self):
        hello = client_hello()
        for number in range(300):
            half = self.connect()
            half.send_raw([b'\x16', hello[:40], hello][number % 3])
        began = time.monotonic()
        room = self.fresh()
        plain, secure = self.person(room=room), self.person(room=room, tls=True)
        plain.say(room, 'still quick')
        secure.event('entry', text='still quick')
        self.assertLess(time.monotonic() - began, PATIENCE / 4)


class NoPlaintext(ServerTest):
    options = {'plaintext': 'never'}

    def test_plaintext_is_refused_with_a_word(self):
        for data in [b'{"op":"hello","id":1,"versions":[1],"client":"x"}\n', b'{', b'\n', b'GET /',
                     b'x' * 100_000]:
            with self.subTest(data=data[:10]):
                client = self.connect()
                client.send_raw(data)
                client.expect_error('tls-required')
                client.expect_close()
                self.assertFalse(client.errors or client.replies)

    def test_tls_is_taken(self):
        self.person(tls=True)


class PlaintextAlways(ServerTest):
    options = {'plaintext': 'always'}

    def test_both_are_taken(self):
        self.person()
        self.person(tls=True)


if __name__ == '__main__':
    tap.main()
