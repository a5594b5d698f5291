/** Nodes whose values are secrets: AAuthSecret, AuthSecret, …PW, passwords, keys and PINs. */
const SECRET_NODE = /(?:secret|passw(?:or)?d|passphrase|psk|(?:shared|private|wep|wpa)key|[^a-z]pin|pw)$/i;

/** Whether the value of a node is a secret, as its name tells. */
export function isSecretNode(uri: string): boolean {
  return SECRET_NODE.test(uri);
}
