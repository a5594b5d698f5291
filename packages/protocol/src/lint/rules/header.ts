/** What a SyncHdr says. */
import { authTypeOf } from '../../auth/index.ts';
import { decodeBase64 } from '../../octets/index.ts';
import { type Chal, contentText } from '../../syncml/index.ts';
import { SPEC } from '../../vocabulary/index.ts';
import { type Fault, isMasked, type Rule, unless } from '../rule.ts';

const DTD_OF: ReadonlyMap<string, string> = new Map([
  ['DM/1.1', '1.1'],
  ['DM/1.2', '1.2'],
  ['DM/1.3', '1.2'],
]);

/** Schemes that the standard names, without the one that travels beside a message. */
const SCHEMES: ReadonlySet<string> = new Set(
  ['basic', 'md5', 'X509', 'securid', 'safeword', 'digipass'].map((name) =>
    `syncml:auth-${name}`.toLowerCase(),
  ),
);

export const HEADER_RULES: readonly Rule[] = [
  {
    id: 'header-verdtd',
    says: 'VerDTD is 1.2, or 1.1 in DM 1.1.',
    specification: SPEC.protocol,
    section: '8.3 to 8.6',
    severity: 'error',
    message: ({ message: { header } }) =>
      unless(['1.1', '1.2'].includes(header.verDTD), said('VerDTD', header.verDTD), '1.2', 'SyncHdr'),
  },
  {
    id: 'header-verproto',
    says: 'VerProto names device management and its version.',
    specification: SPEC.protocol,
    section: '8.3 to 8.6',
    severity: 'error',
    message: ({ message: { header } }) =>
      unless(DTD_OF.has(header.verProto), said('VerProto', header.verProto), 'DM/1.2', 'SyncHdr'),
  },
  {
    id: 'header-versions',
    says: 'The namespace or public identifier, VerDTD and VerProto name versions that belong together.',
    specification: SPEC.protocol,
    section: '8.3 to 8.6',
    severity: 'warning',
    message: ({ message: { header }, version }) => {
      const { verDTD, verProto } = header;
      const dtd = DTD_OF.get(verProto);
      if (dtd !== undefined && verDTD !== '' && dtd !== verDTD)
        return {
          found: `VerProto ${verProto} with VerDTD ${verDTD}`,
          expected: `VerDTD ${dtd}`,
          at: 'SyncHdr',
        };
      if (['1.1', '1.2'].includes(verDTD) && version !== verDTD)
        return {
          found: `a document of SyncML ${version} with VerDTD ${verDTD}`,
          expected: `SyncML ${verDTD}`,
        };
      return undefined;
    },
  },
  {
    id: 'header-msgid',
    says: 'MsgID counts the messages of a side from 1.',
    specification: SPEC.syncRepPro,
    section: 'MsgID',
    severity: 'warning',
    message: ({ message: { header }, before }) => {
      if (!/^[1-9]\d*$/.test(header.msgID))
        return { found: said('MsgID', header.msgID), expected: 'a number from 1 on', at: 'SyncHdr' };
      const last = Number(before?.header.msgID);
      if (!Number.isSafeInteger(last) || before?.header.sessionID !== header.sessionID) return undefined;
      return unless(
        Number(header.msgID) === last + 1,
        `MsgID ${header.msgID} after ${last}`,
        String(last + 1),
        'SyncHdr',
      );
    },
  },
  {
    id: 'header-session',
    says: 'All messages of a session have the same SessionID.',
    specification: SPEC.protocol,
    section: '8.3',
    severity: 'error',
    message: ({ message: { header }, answers }) =>
      unless(
        answers === undefined || answers.header.sessionID === header.sessionID,
        said('SessionID', header.sessionID),
        answers?.header.sessionID ?? '',
        'SyncHdr',
      ),
  },
  {
    id: 'header-respuri',
    says: 'RespURI is an absolute URI.',
    specification: SPEC.syncRepPro,
    section: 'RespURI',
    severity: 'warning',
    message: ({ message: { header } }) =>
      unless(
        header.respURI === undefined || /^[a-z][a-z0-9+.-]*:\S+$/i.test(header.respURI),
        said('RespURI', header.respURI ?? ''),
        'an absolute URI',
        'SyncHdr',
      ),
  },
  {
    id: 'cred-type',
    says: 'A Cred says its scheme, and syncml:auth-MAC stands in the transport header x-syncml-hmac only.',
    specification: SPEC.security,
    section: 'Authentication',
    severity: 'error',
    message: ({ message: { header } }) => {
      const type = header.cred?.meta?.type;
      if (header.cred === undefined) return undefined;
      if (type === undefined) return { found: 'no Meta Type', expected: 'a scheme', at: 'SyncHdr/Cred' };
      return unless(
        SCHEMES.has(type.trim().toLowerCase()),
        `scheme ${type}`,
        'syncml:auth-basic or syncml:auth-md5',
        'SyncHdr/Cred',
      );
    },
  },
  {
    id: 'cred-format',
    says: 'A Cred for syncml:auth-md5 has Meta Format b64.',
    specification: SPEC.repPro,
    section: 'Cred',
    severity: 'warning',
    message: ({ message: { header } }) => {
      if (header.cred === undefined || authTypeOf(header.cred) !== 'md5') return undefined;
      const format = header.cred.meta?.format;
      return unless(isB64(format), said('Meta Format', format), 'b64', 'SyncHdr/Cred');
    },
  },
  {
    id: 'cred-data',
    says: 'The Data of a Cred is base64: of user name and password, or of a digest of 16 bytes.',
    specification: SPEC.security,
    section: 'Authentication',
    severity: 'error',
    message: ({ message: { header } }) => {
      const { cred } = header;
      const type = cred === undefined ? undefined : authTypeOf(cred);
      if (cred === undefined || type === undefined || cred.data instanceof Uint8Array) return undefined;
      const text = contentText(cred.data) ?? '';
      if (isMasked(text)) return undefined;
      const bytes = decodeBase64(text);
      if (bytes === undefined)
        return { found: 'Data that is no base64', expected: 'base64', at: 'SyncHdr/Cred' };
      return unless(
        type !== 'md5' || bytes.length === 16,
        `a digest of ${bytes.length} bytes`,
        '16 bytes',
        'SyncHdr/Cred',
      );
    },
  },
  {
    id: 'cred-name',
    says: 'With syncml:auth-md5, the LocName of the Source is the user name.',
    specification: SPEC.security,
    section: 'Authentication',
    severity: 'warning',
    message: ({ message: { header } }) =>
      unless(
        header.cred === undefined || authTypeOf(header.cred) !== 'md5' || !isBlank(header.source.locName),
        'a Source without LocName',
        'the user name',
        'SyncHdr',
      ),
  },
  {
    id: 'chal-type',
    says: 'A Chal says the scheme that is wanted.',
    specification: SPEC.syncRepPro,
    section: 'Chal',
    severity: 'error',
    command: ({ command }) =>
      command.name === 'Status' && command.chal !== undefined && isBlank(command.chal.meta?.type)
        ? { found: 'no Meta Type', expected: 'a scheme', at: 'Chal' }
        : undefined,
  },
  {
    id: 'chal-nonce',
    says: 'A Chal for syncml:auth-md5 or syncml:auth-MAC has a NextNonce, in base64 under Meta Format b64.',
    specification: SPEC.repPro,
    section: 'Chal',
    severity: 'warning',
    command: ({ command }) => {
      const chal = command.name === 'Status' ? command.chal : undefined;
      if (chal === undefined || !wantsNonce(chal)) return undefined;
      const { nextNonce, format } = chal.meta ?? {};
      if (nextNonce === undefined) return { found: 'no NextNonce', expected: 'one', at: 'Chal' };
      const faults: (Fault | undefined)[] = [
        unless(isB64(format), said('Meta Format', format), 'b64', 'Chal'),
        unless(
          nextNonce instanceof Uint8Array || decodeBase64(contentText(nextNonce) ?? '') !== undefined,
          'a NextNonce that is no base64',
          'base64',
          'Chal',
        ),
      ];
      return faults.filter((fault) => fault !== undefined);
    },
  },
];

function wantsNonce(chal: Chal): boolean {
  return ['md5', 'hmac'].includes(authTypeOf(chal) ?? '');
}

function isB64(format: string | undefined): boolean {
  return format?.trim().toLowerCase() === 'b64';
}

function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === '';
}

function said(element: string, value: string | undefined): string {
  return isBlank(value) ? `no ${element}` : `${element} ${value}`;
}
