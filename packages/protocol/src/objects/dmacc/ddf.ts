/**
 * DMAcc: an account of a device with a DM server (OMA-TS-DM-StdObj 1.2.1).
 *
 * The standard lists Get alone and lets an implementation add to it. Here servers may also add, replace
 * and delete, as far as the access control lists let them: an account that came by bootstrap can then be
 * kept up to date. Where prose and figure of the standard differ, on Port and AppAuth, both are optional.
 */
import { TO_CON_REF } from '../connectivity.ts';
import { interior, leaf, MANAGE, WRITE } from '../describe.ts';
import type { ManagementObject } from '../object.ts';

/** Where Grove's own device keeps its accounts; others have them at `./SyncML/DMAcc`, say. */
export const DMACC_URI = './DMAcc';

export const DMACC_OBJECT: ManagementObject = {
  urn: 'urn:oma:mo:oma-dm-dmacc:1.0',
  title: 'DM account',
  ddf: interior(
    undefined,
    MANAGE,
    'OneOrMore',
    'An account with a DM server',
    [
      leaf('AppID', MANAGE, 'One', 'w7, the application identifier of DM'),
      leaf('ServerID', MANAGE, 'One', 'Who the server is in access control lists'),
      leaf('Name', MANAGE, 'ZeroOrOne', 'Name to show'),
      leaf('PrefConRef', MANAGE, 'ZeroOrOne', 'URI of the preferred connectivity object'),
      TO_CON_REF,
      interior('AppAddr', MANAGE, 'One', 'Addresses of the server', [
        interior(undefined, MANAGE, 'OneOrMore', 'One address', [
          leaf('Addr', MANAGE, 'One', 'The address, usually a URL'),
          leaf('AddrType', MANAGE, 'One', 'URI, IPv4 or IPv6'),
          interior('Port', MANAGE, 'ZeroOrOne', 'Ports of the server', [
            interior(undefined, MANAGE, 'OneOrMore', 'One port', [
              leaf('PortNbr', MANAGE, 'One', 'Port number in decimal'),
            ]),
          ]),
        ]),
      ]),
      leaf('AAuthPref', MANAGE, 'ZeroOrOne', 'AAuthType that the client uses first'),
      interior('AppAuth', MANAGE, 'ZeroOrOne', 'Credentials', [
        interior(undefined, MANAGE, 'OneOrMore', 'Credentials of one side for one scheme', [
          leaf('AAuthLevel', MANAGE, 'One', 'CLCRED: of the client; SRVCRED: of the server; OBEX, HTTP'),
          leaf('AAuthType', MANAGE, 'One', 'Scheme, such as BASIC, DIGEST or HMAC'),
          leaf('AAuthName', MANAGE, 'ZeroOrOne', 'User name'),
          leaf('AAuthSecret', WRITE, 'ZeroOrOne', 'Password'),
          leaf('AAuthData', WRITE, 'ZeroOrOne', 'Further data: the nonce of DIGEST and HMAC', 'bin'),
        ]),
      ]),
      interior('Ext', MANAGE, 'ZeroOrOne', 'Extensions by the manufacturer'),
    ],
    { path: DMACC_URI, types: ['urn:oma:mo:oma-dm-dmacc:1.0'] },
  ),
};
