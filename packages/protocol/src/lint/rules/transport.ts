/** How a message travels over HTTP. */
import { parseMacHeader } from '../../auth/index.ts';
import { DM_MEDIA_TYPES, encodingOf } from '../../syncml/index.ts';
import { SPEC } from '../../vocabulary/index.ts';
import { type Fault, type Rule, unless } from '../rule.ts';

export const TRANSPORT_RULES: readonly Rule[] = [
  {
    id: 'media-type',
    says: 'The Content-Type is application/vnd.syncml.dm+xml or +wbxml, as the message is encoded.',
    specification: SPEC.http,
    section: 'MIME header type requirement',
    severity: 'warning',
    message: ({ transport, encoding }) => {
      const given = transport?.contentType;
      if (given === undefined) return undefined;
      const type = given.split(';', 1)[0]?.trim().toLowerCase() ?? '';
      const found = encodingOf(given);
      if (found !== undefined && found !== encoding)
        return {
          found: `Content-Type ${type} of a message in ${encoding.toUpperCase()}`,
          expected: DM_MEDIA_TYPES[encoding],
        };
      return unless(
        type === DM_MEDIA_TYPES[encoding],
        `Content-Type ${type || 'of nothing'}`,
        DM_MEDIA_TYPES[encoding],
      );
    },
  },
  {
    id: 'media-parameters',
    says: 'The parameters charset, verproto and verdtd say what the message says.',
    specification: SPEC.iana,
    section: 'Optional parameters',
    severity: 'warning',
    message: ({ transport, message: { header } }) => {
      const parameters = parametersOf(transport?.contentType ?? '');
      const faults: (Fault | undefined)[] = [
        differs(parameters, 'verproto', header.verProto),
        differs(parameters, 'verdtd', header.verDTD),
      ];
      const charset = parameters.get('charset');
      if (charset !== undefined && !/^utf-?(?:8|16)$|^us-ascii$/i.test(charset))
        faults.push({ found: `charset ${charset}`, expected: 'UTF-8' });
      return faults.filter((fault) => fault !== undefined);
    },
  },
  {
    id: 'mac-header',
    says: 'x-syncml-hmac holds username and mac, and the user name is the LocName of the Source.',
    specification: SPEC.security,
    section: 'Integrity checking',
    severity: 'error',
    message: ({ transport, message: { header } }) => {
      if (transport?.mac === undefined) return undefined;
      const mac = parseMacHeader(transport.mac);
      if (mac === undefined)
        return {
          found: 'x-syncml-hmac without username, mac, or with another algorithm',
          expected: 'username and mac, MD5',
        };
      return unless(
        header.source.locName === undefined || header.source.locName === mac.username,
        `username ${mac.username} with LocName ${header.source.locName}`,
        'the same name',
      );
    },
  },
];

function parametersOf(contentType: string): ReadonlyMap<string, string> {
  const found = contentType.matchAll(/;\s*([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s;]*))/g);
  return new Map(
    Array.from(found, ([, name = '', quoted, bare]) => [name.toLowerCase(), quoted ?? bare ?? '']),
  );
}

function differs(parameters: ReadonlyMap<string, string>, name: string, expected: string): Fault | undefined {
  const found = parameters.get(name);
  return unless(
    found === undefined || found.toLowerCase() === expected.toLowerCase(),
    `${name} ${found}`,
    expected,
  );
}
