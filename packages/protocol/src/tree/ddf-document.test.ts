import { describe, expect, it } from 'vitest';
import { Deviations, MalformedError } from '../vocabulary/index.ts';
import type { DdfDocument } from './ddf.ts';
import { parseDdf, serializeDdf } from './ddf-document.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Everything that a description can say. */
const everything: DdfDocument = {
  verDTD: '1.2',
  man: 'Grove & Sons',
  mod: 'One',
  nodes: [
    {
      name: 'Root',
      path: './Vendor',
      access: ['Add', 'Get'],
      format: 'node',
      types: ['urn:oma:mo:example:1.0'],
      occurrence: 'ZeroOrOne',
      scope: 'Permanent',
      caseSense: 'CIS',
      title: 'A title',
      description: 'A <description>',
      children: [
        {
          access: ['Add', 'Copy', 'Delete', 'Exec', 'Get', 'Replace'],
          format: 'int',
          types: ['text/plain', 'text/html'],
          occurrence: { zeroOrN: 65_536 },
          scope: 'Dynamic',
          caseSense: 'CS',
          defaultValue: ' 7 ',
        },
        { name: 'None', access: [], format: 'null', types: [], occurrence: { oneOrN: 2 } },
      ],
    },
    { name: 'Other', access: ['Get'], format: 'node', types: [] },
  ],
};

describe('a device description', () => {
  it.each(['xml', 'wbxml'] as const)('is read from %s as it was written', (encoding) => {
    expect(parseDdf(serializeDdf(everything, encoding), encoding)).toEqual(everything);
  });

  it('is read as vendors publish it: without namespace, with elements of their own, untidy', () => {
    const deviations = new Deviations();
    const published = `<?xml version="1.0"?>
      <!DOCTYPE MgmtTree PUBLIC "-//OMA//DTD-DM-DDF 1.2//EN" "DM_DDF-V1_2.dtd"
        [<?oma-dm-ddf-ver supported-versions="1.2"?>]>
      <MgmtTree xmlns:V="http://vendor.example/DM">
        <V:Diagnostics>none</V:Diagnostics>
        <VerDTD> 1.2 </VerDTD>
        <Node>
          <NodeName>Policy</NodeName>
          <Path>./Vendor/Example/</Path>
          <DFProperties>
            <AccessType> <Get /> <Replace/> <Exec/> <V:Peek/> </AccessType>
            <DFFormat>node</DFFormat>
            <Occurrence><One/></Occurrence>
            <DFType><MIME>example/1.0/Policy</MIME></DFType>
            <V:Applicability><V:OsVersion>10</V:OsVersion></V:Applicability>
          </DFProperties>
          <Node><NodeName/><DFProperties><DFFormat><chr/></DFFormat><DFType><MIME/></DFType></DFProperties></Node>
        </Node>
      </MgmtTree>`;
    expect(parseDdf(bytes(published), 'xml', { deviations })).toEqual({
      verDTD: '1.2',
      nodes: [
        {
          name: 'Policy',
          path: './Vendor/Example',
          access: ['Get', 'Replace', 'Exec'],
          format: 'node',
          types: ['example/1.0/Policy'],
          occurrence: 'One',
          children: [{ access: [], format: 'chr', types: [] }],
        },
      ],
    });
    expect(deviations.list).toContainEqual({
      path: 'MgmtTree/Node/DFProperties/DFFormat',
      found: 'text',
      expected: '<node/>',
    });
  });

  it.each([
    ['<SyncML/>', '<SyncML>; expected a MgmtTree'],
    ['<MgmtTree><VerDTD>1.2</VerDTD></MgmtTree>', 'MgmtTree: no Node'],
    ['<DFProperties><DFFormat><word/></DFFormat></DFProperties>', 'DFFormat: "word"; expected one of b64'],
    [
      '<DFProperties><Scope><Get/></Scope></DFProperties>',
      'Scope/Get: <Get>; expected one of Permanent, Dynamic',
    ],
    [
      '<DFProperties><Occurrence><ZeroOrN>1</ZeroOrN></Occurrence></DFProperties>',
      'ZeroOrN: "1"; expected a number from 2 to 65536',
    ],
    ['<DFProperties><DFFormat><chr/></DFFormat></DFProperties><Node/>', 'Node in a leaf of format chr'],
    ['<Path>./A//B</Path>', 'Path: ./A//B: a name is empty'],
    ['<NodeName><Get/></NodeName>', 'NodeName: <Get>; expected text'],
  ])('is refused with the element that is wrong: %s', (part, reason) => {
    const whole =
      part.startsWith('<SyncML') || part.startsWith('<MgmtTree')
        ? part
        : `<MgmtTree xmlns="syncml:dmddf1.2"><Node>${part}</Node></MgmtTree>`;
    const read = () => parseDdf(bytes(whole), 'xml');
    expect(read).toThrow(MalformedError);
    expect(read).toThrow(reason);
  });
});
