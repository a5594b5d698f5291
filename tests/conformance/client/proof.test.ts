import { expect, test } from 'vitest';
import { basicProof, macProof, md5Proof } from './proof.ts';

const SECRET = { user: 'Bruce2', password: 'OhBehave' };
const NONCE = Buffer.from('Nonce').toString('base64');

test('the proofs of the scripted server are those of the published examples', () => {
  expect(basicProof(SECRET)).toBe('QnJ1Y2UyOk9oQmVoYXZl');
  expect(md5Proof(SECRET, NONCE)).toBe('Zz6EivR3yeaaENcRN6lpAQ==');
  expect(md5Proof(SECRET, 'AAAAAA==')).toBe('cnPI6nO9RgujiHU0y58kNA==');
  expect(macProof(SECRET, NONCE, Buffer.from('<SyncML/>'))).toBe('urdCeS3JUmjFgi8SX3webw==');
});
