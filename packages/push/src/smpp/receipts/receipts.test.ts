import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ESM_CLASS, PLAIN_MESSAGE } from '../pdu/index.ts';
import { comparableId, isReceipt, readReceipt, receiptFields } from './index.ts';

const withText = (text: string) => ({
  ...PLAIN_MESSAGE,
  esm_class: ESM_CLASS.deliveryReceipt,
  short_message: Buffer.from(text),
});

test('what SMS centres write in receipts', () => {
  const usual =
    'id:0123456789 sub:001 dlvrd:001 submit date:0610190851 done date:0610190851 stat:DELIVRD err:000 Text:';
  expect(readReceipt(withText(usual))).toEqual({
    textId: '0123456789',
    outcome: 'delivered',
    text: 'the message was delivered (DELIVRD)',
  });
  expect(readReceipt(withText('ID: a-b stat: Undeliv Err: 42'))).toMatchObject({
    textId: 'a-b',
    outcome: 'undeliverable',
    text: 'the message cannot be delivered (UNDELIV, error 42)',
  });
  expect(readReceipt(withText('id:1 stat:UNDELIVERABLE err:001'))?.outcome).toBe('undeliverable');
  expect(readReceipt(withText('id:1 stat:ENROUTE'))?.outcome).toBeUndefined();
  expect(readReceipt(withText('done date:1 grid:5 stat:DELIVRD'))).toBeUndefined();
  expect(readReceipt(withText('id:1 stat:NEVERSEEN'))).toBeUndefined();
});

test('tags count before the text', () => {
  const message = {
    ...withText('id:77 stat:DELIVRD'),
    receipted_message_id: '4D',
    message_state: 3,
    network_error_code: Uint8Array.of(3, 1, 2),
  };
  expect(readReceipt(message)).toEqual({
    textId: '77',
    tagId: '4D',
    outcome: 'expired',
    text: 'the message expired before it could be delivered (EXPIRED, error 258)',
  });
});

test('a receipt that is made is one that is read', () => {
  const about = {
    messageId: '0000002a',
    word: 'REJECTD',
    submittedAt: 0,
    doneAt: 60_000,
    error: 11,
  } as const;
  const message = { ...PLAIN_MESSAGE, ...receiptFields(about) };
  expect(isReceipt(message)).toBe(true);
  expect(Buffer.from(message.short_message).toString()).toBe(
    'id:0000002a sub:001 dlvrd:000 submit date:7001010000 done date:7001010001 stat:REJECTD err:011 text:',
  );
  expect(readReceipt(message)).toMatchObject({
    textId: '0000002a',
    tagId: '0000002a',
    outcome: 'undeliverable',
  });
});

test('any bytes are a receipt or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 254 }), fc.nat(255), (short_message, message_state) => {
      readReceipt({ ...PLAIN_MESSAGE, short_message, message_state });
    }),
  );
});

test('an id in hexadecimal and the same in decimal can be compared', () => {
  expect(comparableId('1A2b', 'hexadecimal')).toBe(comparableId('0006699', 'decimal'));
  expect(comparableId('x-1', 'hexadecimal')).toBe('x-1');
  expect(comparableId('007', 'text')).toBe('007');
});
