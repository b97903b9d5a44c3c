#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How bytes become requests: lines, JSON, and what is said to those who send neither."""

import json

import tap
from hallway_server import LINE_MAX, TEXT_MAX, ServerTest

PING = b'{"op":"ping","id":1}'


class Lines(ServerTest):

    def still_answers(self, client):
        client.request('echo', text='still here')

    def refused_as_bad_json(self, line):
        with self.subTest(line=line[:60]):
            client = self.greet()
            client.send_raw(line + b'\n')
            client.expect_error('bad-json')
            self.still_answers(client)

    def accepted(self, line, request=77):
        with self.subTest(line=line[:60]):
            client = self.greet()
            client.send_raw(line + b'\n')
            reply = client.reply(request)
            self.assertTrue(reply['ok'], reply)

    # Framing

    def test_line_split_into_single_bytes(self):
        client = self.greet()
        for byte in b'{"op":"echo","id":50,"text":"\xc3\xa9t\xc3\xa9"}\n':
            client.send_raw(bytes([byte]))
        self.assertEqual(client.reply(50)['text'], 'été')

    def test_many_lines_in_one_packet(self):
        client = self.greet()
        client.send_raw(b''.join(b'{"op":"echo","id":%d,"text":"t%d"}\n' % (i, i)
                                 for i in range(100, 400)))
        for i in range(100, 400):
            self.assertEqual(client.reply(i)['text'], f't{i}')

    def test_packets_cut_across_lines(self):
        client = self.greet()
        stream = b''.join(b'{"op":"echo","id":%d,"text":"t%d"}\n' % (i, i)
                          for i in range(100, 200))
        for start in range(0, len(stream), 37):
            client.send_raw(stream[start:start + 37])
        for i in range(100, 200):
            self.assertEqual(client.reply(i)['text'], f't{i}')

    def test_carriage_return_before_the_end_is_ignored(self):
        client = self.greet()
        client.send_raw(b'{"op":"ping","id":50}\r\n')
        self.assertTrue(client.reply(50)['ok'])

    def test_lines_of_white_space_are_ignored(self):
        client = self.greet()
        client.send_raw(b'\n\r\n   \n\t\t\r\n \t \n' * 20 + b'{"op":"ping","id":50}\n')
        self.assertTrue(client.reply(50)['ok'])
        self.assertFalse(client.errors)

    def test_white_space_around_and_within_a_request(self):
        self.accepted(b' \t{ "op" :\t"ping" , "id"\r: 77 } \r')

    def test_longest_line(self):
        head, tail = b'{"op":"ping","id":77,"pad":"', b'"}\n'
        client = self.greet()
        client.send_raw(head + b'x' * (LINE_MAX - len(head) - len(tail)) + tail)
        self.assertTrue(client.reply(77)['ok'])
        self.still_answers(client)

    def test_line_one_byte_too_long(self):
        head, tail = b'{"op":"ping","id":77,"pad":"', b'"}\n'
        client = self.greet()
        client.send_raw(head + b'x' * (LINE_MAX + 1 - len(head) - len(tail)) + tail)
        client.expect_error('line-too-long')
        client.expect_close()
        self.assertNotIn(77, client.replies)

    def test_endless_line_is_not_waited_for(self):
        client = self.greet()
        client.send_raw(b'x' * LINE_MAX)
        client.expect_error('line-too-long')
        client.expect_close()

    def test_white_space_too_long_for_a_line(self):
        client = self.greet()
        client.send_raw(b' ' * (LINE_MAX + 1))
        client.expect_error('line-too-long')
        client.expect_close()

    def test_answer_before_a_close_arrives_though_more_was_sent(self):
        client = self.greet()
        client.send_raw(b'y' * 300_000 + b'\n' + PING + b'\n')
        client.expect_error('line-too-long')
        client.expect_close()

    def test_requests_before_a_line_too_long_are_answered(self):
        client = self.greet()
        client.send_raw(b'{"op":"ping","id":50}\n{"op":"ping","id":51}\n' + b'z' * LINE_MAX)
        self.assertTrue(client.reply(50)['ok'])
        self.assertTrue(client.reply(51)['ok'])
        client.expect_error('line-too-long')
        client.expect_close()

    def test_text_of_full_length_with_every_byte_escaped_fits(self):
        text = '\n' * TEXT_MAX
        client = self.greet()
        client.send_raw(b'{"op":"echo","id":50,"text":"' + b'\\u000a' * TEXT_MAX + b'"}\n')
        self.assertEqual(client.reply(50)['text'], text)

    # JSON

    def test_what_is_not_json(self):
        for line in [
                b'hello', b'{', b'}', b'{]', b'[}', b'{"op"}', b'{"op":}', b'{op:"ping","id":1}',
                b"{'op':'ping','id':1}", b'{"op":"ping","id":1,}', b'{,"op":"ping","id":1}',
                b'{"op":"ping" "id":1}', b'{"op":"ping","id":1}{"op":"ping","id":2}',
                b'{"op":"ping","id":1} x', b'{"op":"ping","id":1}/**/', b'{/**/"op":"ping","id":1}',
                b'{"op":"ping","id":1}//', b'{"op":"ping","id":01}', b'{"op":"ping","id":+1}',
                b'{"op":"ping","id":1.}', b'{"op":"ping","id":.5}', b'{"op":"ping","id":1e}',
                b'{"op":"ping","id":0x1}', b'{"op":"ping","id":-}', b'{"op":"ping","id":1,"x":NaN}',
                b'{"op":"ping","id":1,"x":Infinity}', b'{"op":"ping","id":1,"x":True}',
                b'{"op":"ping","id":1,"x":nul}', b'{"op":"ping","id":1,"x":nulll}',
                b'{"op":"ping","id":1,"x":"\\x41"}', b'{"op":"ping","id":1,"x":"\\u12"}',
                b'{"op":"ping","id":1,"x":"\\u12g4"}', b'{"op":"ping","id":1,"x":"\t"}',
                b'{"op":"ping","id":1,"x":"\x01"}', b'{"op":"ping","id":1,"x":"open}',
                b'{"op":"ping","id":1,"x":"\\"}', b'{"op":"ping","id":1,"x":[1,]}',
                b'{"op":"ping","id":1,"x":[,1]}', b'{"op":"ping","id":1,"x":[1 2]}',
                b'{"op":"ping","id":1,"x":undefined}', b'{"op":"ping";"id":1}',
                b'{"op":"ping","id":1,1:2}', b'{"op":"ping","id":1,null:2}',
                b'{"op":"ping","id":1,"x":\xc2\xa01}', b'\x0b' + PING, b'\x0c' + PING,
                b'GET / HTTP/1.1', b'\x00', b'\xff\xfe{\x00}\x00']:
            self.refused_as_bad_json(line)

    def test_what_is_json_but_no_object(self):
        for line in [b'[]', b'[' + PING + b']', b'"op"', b'1', b'-0.5e3', b'true', b'null', b'""']:
            self.refused_as_bad_json(line)

    def test_what_is_unusual_but_json(self):
        for line in [
                b'{"op":"\\u0070ing","\\u0069d":77}', b'{"id":77,"op":"ping"}',
                b'{"op":"ping","id":77,"":1}', b'{"op":"ping","id":77,"x":-0}',
                b'{"op":"ping","id":77,"x":1E+2}', b'{"op":"ping","id":77,"x":-0.0e-0}',
                b'{"op":"ping","id":77,"x":1e400}',
                b'{"op":"ping","id":77,"x":123456789012345678901234567890}',
                b'{"op":"ping","id":77,"x":"\\/\\b\\f\\"\\\\"}',
                b'{"op":"ping","id":77,"x":"\x7f"}',
                b'{"op":"ping","id":77,"x":"\\ud83d\\ude00"}',
                '{"op":"ping","id":77,"x":"\U0010ffff\ufffd"}'.encode(),
                b'{"op":"ping","id":77,"x":{},"y":[],"z":[{},{},[]]}',
                b'{"op":"ping","id":77,"a":{"op":1,"id":2},"b":{"op":1}}']:
            self.accepted(line)

    def test_depth_of_eight_and_nine(self):
        self.accepted(b'{"op":"ping","id":77,"x":' + b'[' * 7 + b']' * 7 + b'}')
        self.accepted(b'{"op":"ping","id":77,"x":' + b'{"a":' * 7 + b'1' + b'}' * 7 + b'}')
        self.refused_as_bad_json(b'{"op":"ping","id":77,"x":' + b'[' * 8 + b']' * 8 + b'}')
        self.refused_as_bad_json(b'{"op":"ping","id":77,"x":' + b'{"a":' * 8 + b'1' + b'}' * 9)

    def test_wide_is_not_deep(self):
        self.accepted(b'{"op":"ping","id":77,"x":[' + b'[[]],' * 5000 + b'1]}')

    def test_as_many_brackets_as_fit_a_line(self):
        for line in [b'[' * 60000, b'{"a":' * 12000, b'{"op":"ping","id":1,"x":' + b'[' * 60000,
                     b'[' * 30000 + b']' * 30000]:
            self.refused_as_bad_json(line)

    def test_hundred_thousand_brackets(self):
        for bracket in [b'[', b'{"a":']:
            with self.subTest(bracket=bracket):
                client = self.greet()
                client.send_raw(bracket * 100_000 + b'\n')
                client.expect_error('line-too-long')
                client.expect_close()
        self.still_answers(self.greet())

    def test_key_twice_in_one_object(self):
        for line in [b'{"op":"ping","op":"ping","id":1}', b'{"op":"ping","id":1,"id":1}',
                     b'{"op":"ping","id":1,"\\u0069d":1}', b'{"op":"ping","id":1,"x":1,"x":2}',
                     b'{"op":"ping","id":1,"x":{"a":1,"b":2,"a":3}}',
                     b'{"op":"ping","id":1,"x":[{"a":1},{"a":1,"a":1}]}',
                     b'{"op":"ping","id":1,"":1,"":1}',
                     '{"op":"ping","id":1,"é":1,"\\u00e9":1}'.encode(),
                     b'{"op":"ping","id":1,"\\ud83d\\ude00":1,"\xf0\x9f\x98\x80":1}']:
            self.refused_as_bad_json(line)

    def test_keys_that_only_look_alike(self):
        self.accepted('{"op":"ping","id":77,"ID":1,"Id":1,"é":1,"e\u0301":1}'.encode())

    def test_object_of_very_many_keys(self):
        keys = b','.join(b'"k%d":0' % i for i in range(5500))
        self.accepted(b'{"op":"ping","id":77,' + keys + b'}')
        self.refused_as_bad_json(b'{"op":"ping","id":77,' + keys + b',"k7":0}')

    def test_invalid_utf8(self):
        for data in [b'\x80', b'\xbf', b'\xc3', b'\xc3(', b'\xc0\xaf', b'\xc1\xbf', b'\xe0\x80\xaf',
                     b'\xe2\x82', b'\xed\xa0\x80', b'\xed\xbf\xbf', b'\xf0\x80\x80\x80',
                     b'\xf0\x9f\x98', b'\xf4\x90\x80\x80', b'\xf8\x88\x80\x80\x80', b'\xfe',
                     b'\xff', b'caf\xe9']:
            self.refused_as_bad_json(b'{"op":"ping","id":1,"x":"' + data + b'"}')
            self.refused_as_bad_json(b'{"op":"ping","id":1,"' + data + b'":1}')

    def test_half_a_surrogate_pair_is_no_character(self):
        for escape in [b'\\ud800', b'\\udc00', b'\\ude00\\ud83d', b'\\ud83dx']:
            with self.subTest(escape=escape):
                client = self.greet()
                client.send_raw(b'{"op":"echo","id":50,"text":"' + escape + b'"}\n')
                client.wait(lambda: client.errors or client.replies, 'an answer')
                if client.errors:
                    client.expect_error('bad-json')
                else:
                    self.assertEqual(client.reply(50)['error']['code'], 'bad-request')

    def test_nul_raw_and_escaped(self):
        for line in [b'{"op":"ping","id":1,"x":"\x00"}', b'{"op":"ping","id":1}\x00',
                     b'\x00{"op":"ping","id":1}', b'{"op":"ping\x00","id":1}',
                     b'{"op":"ping","id":1,"x":"\\u0000"}', b'{"op":"ping","id":1,"\\u0000":1}',
                     b'{"op":"ping\\u0000","id":1}', b'{"op":"echo","id":1,"text":"a\\u0000b"}']:
            self.refused_as_bad_json(line)

    def test_byte_order_mark(self):
        self.refused_as_bad_json(b'\xef\xbb\xbf{"op":"ping","id":1}')
        client = self.connect()
        client.send_raw(b'\xef\xbb\xbf{"op":"hello","id":1,"versions":[1],"client":"x"}\n')
        client.expect_error('bad-json')

    def test_bad_json_is_answered_before_hello_too(self):
        client = self.connect()
        client.send_raw(b'nonsense\n')
        client.expect_error('bad-json')
        client.hello()

    def test_tenth_bad_line_is_one_too_many(self):
        client = self.greet()
        for _ in range(9):
            client.send_raw(b'nonsense\n')
            client.request('ping')
            client.expect_error('bad-json')
        client.send_raw(b'nonsense\n{"op":"ping","id":99}\n')
        client.expect_error('bad-json')
        client.expect_error('too-many-errors')
        client.expect_close()
        self.assertFalse(client.replies)

    def test_ten_bad_lines_at_once(self):
        client = self.greet()
        client.send_raw(b'nonsense\n' * 5000)
        for _ in range(10):
            client.expect_error('bad-json')
        client.expect_error('too-many-errors')
        client.expect_close()
        self.assertFalse(client.errors)

    def test_other_errors_do_not_add_up(self):
        client = self.greet()
        for _ in range(30):
            client.refuse('unknown-op', 'dance')
            client.refuse('bad-request', 'echo')
        self.still_answers(client)

    # Half-close

    def test_whole_lines_before_a_half_close_are_answered(self):
        client = self.greet()
        client.send_raw(b'{"op":"ping","id":50}\n{"op":"echo","id":51,"text":"a"}\n{"op":"pi')
        client.half_close()
        self.assertTrue(client.reply(50)['ok'])
        self.assertTrue(client.reply(51)['ok'])
        client.expect_close()
        self.assertFalse(client.errors)

    def test_messages_before_a_half_close_are_kept_and_answered(self):
        room = self.fresh()
        witness = self.person(room=room)
        client = self.person(room=room)
        asked = [client.ask('say', room=room, text=f'text {i}') for i in range(200)]
        client.half_close()
        replies = [client.reply(request) for request in asked]
        self.assertTrue(all(reply['ok'] for reply in replies))
        client.expect_close()
        log = {entry['seq']: entry.get('text') for entry in witness.whole_log(room)}
        for number, reply in enumerate(replies):
            self.assertEqual(log[reply['seq']], f'text {number}')

    def test_half_close_without_a_word(self):
        client = self.connect()
        client.half_close()
        client.expect_close()

    # Requests

    def test_id_out_of_range_or_of_another_type(self):
        for value in ['0', '-1', '9007199254740992', '1.5', '"7"', 'null', 'true', '[]', '{}',
                      '123456789012345678901234567890', '-9223372036854775809', '1e300']:
            with self.subTest(id=value):
                client = self.greet()
                client.send_raw(b'{"op":"ping","id":%s}\n' % value.encode())
                client.expect_error('bad-request')
                self.still_answers(client)

    def test_largest_id(self):
        self.accepted(b'{"op":"ping","id":9007199254740991}', 9007199254740991)

    def test_success_without_id_is_not_answered(self):
        client = self.greet()
        client.send(op='echo', text='quiet')
        client.send(op='ping')
        client.request('ping')
        self.assertFalse(client.errors or client.replies or client.events)

    def test_error_without_id_is_answered_with_null(self):
        client = self.greet()
        client.send(op='dance')
        client.expect_error('unknown-op')
        client.send(op='echo')
        self.assertEqual(client.expect_error('bad-request')['field'], 'text')

    def test_op_missing_or_mistyped(self):
        client = self.greet()
        for value in [None, 7, True, [], {}]:
            client.refuse('bad-request', value, field='op')
        client.send(id=50)
        self.assertEqual(client.reply(50)['error']['code'], 'bad-request')
        client.send()
        client.expect_error('bad-request')

    def test_unknown_op(self):
        client = self.greet()
        for op in ['dance', '', 'PING', 'ping ', 'say\n', 'x' * 60000]:
            client.refuse('unknown-op', op)

    def test_unknown_fields_are_ignored(self):
        client = self.greet()
        reply = client.request('echo', text='a', room=7, colour={'deep': [1, None]}, kind=None)
        self.assertEqual(reply['text'], 'a')

    def test_null_counts_as_missing(self):
        client = self.greet()
        client.refuse('bad-request', 'echo', field='text', text=None)
        self.assertTrue(client.request('login', name=None, token=None)['guest'])

    def test_echo_gives_back_every_character(self):
        client = self.greet()
        text = 'tab\tline\n"quotes" \\ / é e\u0301 \u2028 \U0001f600 \ufffd'
        reply = client.request('echo', text=text)
        self.assertEqual(reply['text'], text)
        self.assertIsInstance(reply['at'], int)

    def test_answers_are_lines_of_compact_utf8(self):
        client = self.connect()
        client.send_raw(b'{"op":"hello","id":1,"versions":[1],"client":"x"}\n')
        client.wait(lambda: client.replies, 'hello is answered')
        line = client.transcript[-1].removeprefix('<< ')
        self.assertFalse(line.startswith('\ufeff') or line.endswith('\r'))
        self.assertEqual(json.loads(line)['re'], 1)

    def test_client_that_does_not_read_is_not_read_from(self):
        client = self.connect(receive_buffer=4096)
        client.hello()
        client.reading = False
        before, line = self.server.rss(), b'{"op":"echo","id":%d,"text":"' + b'e' * 8000 + b'"}\n'
        sent, last = 0, 50_000_000
        while sent < 8000:
            client.send_raw(line % (100 + sent))
            sent += 1
            if client.outgoing:
                left = len(client.outgoing)
                client.turn(1)
                if len(client.outgoing) == left:
                    break
        self.assertLess(sent * 8000, last, 'the server reads on without end')
        self.assertLess(self.server.rss() - before, 32 << 20)
        self.still_answers(self.greet())
        client.reading = True
        for i in range(sent):
            self.assertTrue(client.reply(100 + i)['ok'])


if __name__ == '__main__':
    tap.main()
