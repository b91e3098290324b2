// WAVE text, by the types of what it is a value of. The errors are those of the server.

import { readWave, WaveError, writeWave } from './wave.mjs';

const record = (...fields) => ({ kind: 'record', fields });
const variant = (...cases) => ({ kind: 'variant', cases });
const tuple = (...of) => ({ kind: 'tuple', of });
const list = (of) => ({ kind: 'list', of });
const option = (of) => ({ kind: 'option', of });
const result = (ok, err) => ({ kind: 'result', ...(ok && { ok }), ...(err && { err }) });
const names = (kind, ...names) => ({ kind, names });

const POINT = record(['x', 's32'], ['the-y', option('string')]);
const SHAPE = variant(['dot'], ['circle', 'u32'], ['none', list('u8')]);
const COLOUR = names('enum', 'red', 'dark-green', 'true');
const STYLE = names('flags', 'bold', 'under-lined', 'thin');

/** A type, a text, and its value written again, where that is another text. */
const GOOD = [
  [list('u8'), '[0, 255]'],
  [list('u8'), ' [ 1,2 , ] ', '[1, 2]'],
  [list('s64'), '[-9223372036854775808, 9223372036854775807]'],
  [list('u64'), '[18446744073709551615]'],
  [list('f32'), '[0.1, 1.5, -0, nan, inf, -inf]'],
  [list('f32'), '[1e-7, 16777217, 1e20]', '[0.0000001, 16777216, 100000000000000000000]'],
  [list('f64'), '[1e21, 1.5e-10, 0.1, 1E3]', '[1000000000000000000000, 0.00000000015, 0.1, 1000]'],
  [list('f64'), '[0.0000000298023223876953125]', '[0.000000029802322387695313]'],
  [list('bool'), '[true, false]'],
  [list('char'), `['a', '\\'', '\\u{7f}', 'é', '\u{1F600}']`],
  [list('char'), `['"', '\\u{61}']`, `['\\"', 'a']`],
  [list('string'), '["", "a b", "\\\\ \\" \\t\\r\\n"]'],
  [list('string'), '["it\'s \\u{1F44B}"]', '["it\\\'s \u{1F44B}"]'],
  [list('string'), '["\u200b\u0301\u00a0"]', '["\\u{200b}\\u{301}\\u{a0}"]'],
  [tuple('string', 'u8'), '("""\n  a\n   b\n  """, 1)', '("a\\n b", 1)'],
  [tuple('string', 'u8'), '("""\r\n  a\r\n  """, 1)', '("a", 1)'],
  [list('u8'), '// how many\n[1] // that', '[1]'],
  [tuple('u8', tuple('bool', 'char')), "(1, (true, 'c'))"],
  [POINT, '{x: -1, the-y: some("a")}'],
  [POINT, '{the-y: none, x: 1,}', '{x: 1}'],
  [POINT, '{%the-y: "a" x: 1 z: 2}', '{x: 1, the-y: some("a")}'],
  [record(['a', option('u8')]), '{:}'],
  [SHAPE, 'dot'],
  [SHAPE, '%circle( 7 )', 'circle(7)'],
  [SHAPE, '%none([1])'],
  [COLOUR, 'dark-green'],
  [COLOUR, '%true'],
  [STYLE, '{}'],
  [STYLE, '{under-lined, bold}', '{bold, under-lined}'],
  [option('u8'), 'none'],
  [option('u8'), '3', 'some(3)'],
  [option(option('u8')), 'some(none)'],
  [option(option('u8')), 'some(3)', 'some(some(3))'],
  [option(option(option('bool'))), 'some(some(some(false)))'],
  [option(SHAPE), 'some(%none([]))'],
  [result('u8', 'string'), 'ok(1)'],
  [result('u8', 'string'), '1', 'ok(1)'],
  [result('u8', 'string'), 'err("x")'],
  [result(), 'ok'],
  [result(undefined, 'f64'), 'err(0.5)'],
  [result(option('u8'), result('u8')), 'err(ok(1))'],
];

const DEEP = '['.repeat(100);

/** A type, a text that has no value of it, and why. */
const BAD = [
  [list('u8'), '', 'unexpected end of input at 0..0'],
  [list('u8'), '[1', 'unexpected end of input at 2..2'],
  [list('u8'), '[1 2]', 'unexpected token: Number at 3..4'],
  [list('u8'), '[,]', 'unexpected token: Comma at 1..2'],
  [list('u8'), '[256]', 'invalid value at 1..4'],
  [list('u8'), '[-0]', 'invalid value at 1..3'],
  [list('u8'), '[1.0]', 'invalid value at 1..4'],
  [list('u8'), '[01]', 'unexpected token: Number at 2..3'],
  [list('u8'), '[+1]', 'invalid token at 1..2'],
  [list('u8'), '[true]', 'invalid value type at 1..5'],
  [list('u8'), '[] []', 'trailing characters after value at 3..4'],
  [list('u8'), '[] é', 'trailing characters after value at 3..5'],
  [list('u8'), DEEP, 'value nesting too deep at 99..100'],
  [list('string'), '["é", "a\nb"]', 'invalid token at 7..9'],
  [list('string'), '["\\u{d800}"]', 'invalid character escape at 2..3'],
  [list('string'), '["""a"""]', 'invalid multiline string: closing """ must be on a line preceded only by spaces at 2..5'],
  [list('string'), '[""""""]', 'invalid multiline string: opening """ must be followed immediately by newline at 4..5'],
  [list('string'), '["""\n a\n  """]', 'invalid multiline string: lines must be indented at least as much as closing """ at 5..6'],
  [list('char'), "['ab']", 'invalid token at 1..5'],
  [list('char'), "['\\u{110000}']", 'invalid character escape at 1..13'],
  [tuple('u8', 'u8'), '()', 'empty tuple at 0..2'],
  [tuple('u8', 'u8'), '(1)', 'error converting Wasm value: expected 2 tuple elements; got 1 at 0..3'],
  [POINT, '{the-y: none}', 'error converting Wasm value: missing field "x" at 0..13'],
  [POINT, '{x: 1, %x: 2}', 'duplicate field: "x" at 7..9'],
  [POINT, '{}', 'invalid value type at 0..2'],
  [SHAPE, 'square', 'error converting Wasm value: unknown case "square" at 0..6'],
  [SHAPE, 'circle', 'error converting Wasm value: missing payload for "circle" case at 0..6'],
  [SHAPE, 'dot(1)', 'error converting Wasm value: unexpected payload for "dot" case at 0..6'],
  [SHAPE, 'none', 'invalid value type at 0..4'],
  [COLOUR, 'blue', 'error converting Wasm value: expected a enum { red, dark-green, true }; got blue at 0..4'],
  [COLOUR, 'true', 'invalid value type at 0..4'],
  [STYLE, '{thin, big, bold}', 'error converting Wasm value: expected a flags { bold, under-lined, thin }; got {big, bold, thin} at 0..17'],
  [STYLE, '{%bold}', 'error converting Wasm value: expected a flags { bold, under-lined, thin }; got {%bold} at 0..7'],
  [STYLE, '{bold, bold}', 'duplicate flag: "bold" at 7..11'],
  [STYLE, '{:}', 'invalid value type at 0..3'],
  [option('u8'), 'some', 'unexpected end of input at 4..4'],
  [option(option('u8')), '"x"', 'invalid value type at 0..3'],
  [result('u8'), 'ok', 'error converting Wasm value: missing payload for "ok" case at 0..2'],
  [result(), '1', 'invalid value type at 0..1'],
];

export function suite({ test, assert }) {
  for (const [type, text, written = text] of GOOD) {
    test(`WAVE: ${text} is a ${type.kind}`, () => {
      const bytes = writeWave(type, readWave(type, text), 1000);
      assert.equal(new TextDecoder().decode(bytes), written);
    });
  }

  for (const [type, text, why] of BAD) {
    test(`WAVE: ${text.slice(0, 40)} is no ${type.kind}`, () => {
      assert.throws(
        () => readWave(type, text),
        (error) => error instanceof WaveError && error.in(text) === why,
      );
    });
  }

  test('WAVE: a text that is longer than it may be is not written', () => {
    const words = ['aa', 'bb'];
    assert.equal(writeWave(list('string'), words, 12).length, 12);
    assert.throws(() => writeWave(list('string'), words, 11));
  });
}
