/** Where a push goes, as push access protocol and gateway name terminals (PAP 2.1, client addressing). */
export type Address =
  /** A telephone number in international form, `+` and digits: `WAPPUSH=+…/TYPE=PLMN@…`. */
  | { readonly kind: 'plmn'; readonly number: string }
  /** A name that the gateway's directory knows: `WAPPUSH=…/TYPE=USER@…`. */
  | { readonly kind: 'user'; readonly user: string }
  /** `WAPPUSH=…/TYPE=IPV4@…`; the port where the terminal does not listen at the bearer's usual one. */
  | { readonly kind: 'ipv4' | 'ipv6'; readonly host: string; readonly port?: number }
  /** A `sip:` or `sips:` URI. */
  | { readonly kind: 'sip'; readonly uri: string };

export type AddressKind = Address['kind'];
