import { checkCodes } from '../command-case.ts';
import type { ClientGroup } from '../stand.ts';
import { get, remove } from '../xml.ts';

export const OBJECTS: ClientGroup = {
  id: 'C-35',
  title: 'Standard objects',
  cases: [
    {
      id: 'C-35.1',
      title: 'DevInfo has DevId, Man, Mod, DmV and Lang',
      rule: 'DM_StdObj 1.2.1, DevInfo',
      async run({ meet }, check) {
        const dialogue = await meet();
        const names = (await dialogue.read('./DevInfo')).split('/');
        for (const name of ['DevId', 'Man', 'Mod', 'DmV', 'Lang']) {
          check.that(names.includes(name), `./DevInfo/${name} is missing`);
        }
      },
    },
    {
      id: 'C-35.2',
      title: 'DevDetail has URI, DevTyp, OEM, FwV, SwV, HwV and LrgObj',
      rule: 'DM_StdObj 1.2.1, DevDetail',
      async run({ meet }, check) {
        const dialogue = await meet();
        const names = (await dialogue.read('./DevDetail')).split('/');
        for (const name of ['URI', 'DevTyp', 'OEM', 'FwV', 'SwV', 'HwV', 'LrgObj']) {
          check.that(names.includes(name), `./DevDetail/${name} is missing`);
        }
      },
    },
    {
      id: 'C-35.3',
      title: './DevDetail/LrgObj is a bool, true or false',
      rule: 'DM_StdObj 1.2.1, DevDetail',
      async run({ meet }, check) {
        const dialogue = await meet();
        check.oneOf(await dialogue.read('./DevDetail/LrgObj'), ['true', 'false'], 'value');
        check.equal(await dialogue.read('./DevDetail/LrgObj?prop=Format'), 'bool', 'Format');
      },
    },
    {
      id: 'C-35.4',
      title: 'The Type of ./DevInfo and ./DevDetail is their management object identifier',
      rule: 'DM_StdObj 1.2.1, Management object identifiers',
      async run({ meet }, check) {
        const dialogue = await meet();
        check.matches(
          await dialogue.read('./DevInfo?prop=Type'),
          /^urn:oma:mo:oma-dm-devinfo:1\.\d$/,
          'DevInfo',
        );
        check.matches(
          await dialogue.read('./DevDetail?prop=Type'),
          /^urn:oma:mo:oma-dm-devdetail:1\.\d$/,
          'DevDetail',
        );
      },
    },
    {
      id: 'C-35.5',
      title: 'The Type of the account is the identifier of DMAcc, its AppID is w7',
      rule: 'DM_StdObj 1.2.1, DMAcc',
      async run({ meet, need }, check) {
        const account = need('account');
        const dialogue = await meet();
        check.matches(await dialogue.read(`${account}?prop=Type`), /^urn:oma:mo:oma-dm-dmacc:1\.\d$/, 'Type');
        check.equal(await dialogue.read(`${account}/AppID`), 'w7', 'AppID');
        check.equal(await dialogue.read(`${account}/ServerID`), dialogue.account.serverID, 'ServerID');
      },
    },
    {
      id: 'C-35.6',
      title: 'Secrets and nonces of an account cannot be read',
      rule: 'DM_StdObj 1.2.1, DMAcc AAuthSecret and AAuthData',
      async run({ meet, need }, check) {
        const auth = `${need('account')}/AppAuth`;
        const dialogue = await meet();
        const names = (await dialogue.read(auth)).split('/');
        check.that(names.length > 0, `${auth} has no children`);
        for (const name of names) {
          const reply = await dialogue.say(
            get(`${auth}/${name}/AAuthSecret`) + get(`${auth}/${name}/AAuthData`),
          );
          checkCodes(check, reply.codes, ['Get 405 or 425', 'Get 405 or 425']);
          check.equal(reply.results, [], 'Results');
        }
      },
    },
    {
      id: 'C-35.7',
      title: 'A listing of the account does not show them either',
      rule: 'DM_StdObj 1.2.1, DMAcc AAuthSecret and AAuthData',
      async run({ meet, need }, check) {
        const account = need('account');
        const dialogue = await meet();
        const reply = await dialogue.say(get(`${account}?list=StructData`) + get(`${account}?list=TNDS`));
        checkCodes(check, reply.codes, ['Get 200 or 406', 'Get 200 or 406']);
        const shown = Buffer.from(reply.sent.body).toString('latin1');
        const { client, server } = dialogue.account;
        for (const { password } of [client, server]) {
          check.that(!shown.includes(password), 'a secret is in the answer');
        }
        check.that(!/AAuthSecret/.test(shown), 'AAuthSecret is in the answer');
      },
    },
    {
      id: 'C-35.8',
      title: 'DevInfo and DevDetail are permanent',
      rule: 'DM_StdObj 1.2.1; DM_TND 1.2.1, Permanent and dynamic nodes',
      async run({ meet }, check) {
        const dialogue = await meet();
        const codes = await dialogue.codes(
          remove('./DevInfo') + remove('./DevInfo/Man') + remove('./DevDetail/SwV'),
        );
        checkCodes(check, codes, Array(3).fill('Delete 405 or 425'));
      },
    },
  ],
};
