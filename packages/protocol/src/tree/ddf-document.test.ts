import { describe, expect, it } from 'vitest';
import { Deviations, MalformedError } from '../vocabulary/index.ts';
import type { DdfDocument } from './ddf.ts';
import { parseDdf, serializeDdf } from './ddf-document.ts';
import { openTree } from './tree.testing.ts';

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
          acl: 'Get=*',
          path: 'Sub/Tree',
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
          children: [{ access: ['Get'], format: 'chr', types: [] }],
        },
      ],
    });
    expect(deviations.list).toContainEqual({
      rule: 'tree-document',
      path: 'MgmtTree/Node(Policy)/DFProperties/DFFormat',
      found: 'text',
      expected: '<node/>',
    });
  });

  it.each([
    ['<SyncML/>', '<SyncML>; expected a MgmtTree'],
    ['<MgmtTree><VerDTD>1.2</VerDTD></MgmtTree>', 'MgmtTree: no Node'],
    ['<DFProperties><DFFormat><word/></DFFormat></DFProperties>', 'DFFormat: <word>; expected one of b64'],
    [
      '<DFProperties><Scope><Get/></Scope></DFProperties>',
      'Scope: <Get>; expected one of Permanent, Dynamic',
    ],
    ['<NodeName>./</NodeName>', 'NodeName: "./"; expected the name of a node'],
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

/** The shapes that published files have; the objects are made up. */
const PC_STYLE = `\uFEFF<?xml version="1.0" encoding="UTF-8"?>
<!-- Made for build 10.0 -->
<!DOCTYPE MgmtTree PUBLIC " -//OMA//DTD-DM-DDF 1.2//EN" "http://www.openmobilealliance.org/tech/DTD/DM_DDF-V1_2.dtd"[<?oma-dm-ddf-ver supported-versions="1.2"?>]>
<MgmtTree xmlns:MAKER="http://schemas.maker.example/MobileDevice/DM">
  <VerDTD>1.2</VerDTD>
  <MAKER:Diagnostics>
  </MAKER:Diagnostics>
  <BinaryPath>"%windir%\\policy.dll</BinaryPath>
  <Node>
    <NodeName>Lock</NodeName>
    <Path>./User/Vendor/MAKER/</Path>
    <DFProperties>
      <AccessType />
      <DFFormat><node /></DFFormat>
      <Occurrence><One /></Occurrence>
      <Scope><Permanent /></Scope>
      <DFType><MIME>com.maker/1.0/MDM/Lock</MIME></DFType>
      <MAKER:Applicability>
        <MAKER:OsBuildVersion>10.0.14393</MAKER:OsBuildVersion>
      </MAKER:Applicability>
      <ExposedTo><Mdm /></ExposedTo>
    </DFProperties>
  </Node>
  <Node>
    <NodeName>Lock</NodeName>
    <!-- one more, for the device -->
    <Path>./Device/Vendor/MAKER</Path>
    <DFProperties>
      <AccessType><Get /></AccessType>
      <Description>The root &amp; all.</Description>
      <DFFormat><node /></DFFormat>
      <Occurrence><One /></Occurrence>
      <Scope><Permanent /></Scope>
      <DFType><DDFName></DDFName><MIME>com.maker/1.0/MDM/Lock</MIME></DFType>
    </DFProperties>
    <Node>
      <NodeName></NodeName>
      <DFProperties>
        <AccessType><Add /><Delete /><Get /></AccessType>
        <DFFormat><node /></DFFormat>
        <Occurrence><OneOrN>1</OneOrN></Occurrence>
        <Scope><Dynamic /></Scope>
        <DFTitle>Certificate</DFTitle>
        <DFType><DDFName /></DFType>
        <MAKER:DynamicNodeNaming><MAKER:UniqueName>[0-9a-f]{40}</MAKER:UniqueName></MAKER:DynamicNodeNaming>
      </DFProperties>
      <Node>
        <NodeName>Mode</NodeName>
        <DFProperties>
          <AccessType><Add /><Delete /><Get /><Replace /></AccessType>
          <DefaultValue>1</DefaultValue>
          <Description><![CDATA[1 < 2]]></Description>
          <DFFormat><int /></DFFormat>
          <Occurrence><ZeroOrOne /></Occurrence>
          <Scope><Dynamic /></Scope>
          <DFType><DDFName /></DFType>
          <MAKER:AllowedValues ValueType="ENUM">
            <MAKER:Enum><MAKER:Value>1</MAKER:Value></MAKER:Enum>
            <MAKER:List Delimiter="\uF000" />
          </MAKER:AllowedValues>
          <MAKER:Deprecated />
        </DFProperties>
      </Node>
      <Node>
        <NodeName>doLock</NodeName>
        <DFProperties>
          <AccessType><Exec /></AccessType>
          <DFFormat><null /></DFFormat>
          <Occurrence><One /></Occurrence>
          <Scope><Permanent /></Scope>
          <DFType><MIME>text/plain</MIME></DFType>
        </DFProperties>
      </Node>
    </Node>
  </Node>
</MgmtTree>`;

const REGISTRY_STYLE = `<?xml version="1.0"?>
<!--
  Object of a forum. Public Reachable Information.
-->
<!DOCTYPE MgmtTree SYSTEM "DM_DDF-V1_2.dtd" [
  <!-- nothing is declared here -->
]>
<MgmtTree>
  <VerDTD>1.2</VerDTD>
  <Man>--The device manufacturer--</Man>
  <Mod>--The device model--</Mod>
  <Node>
    <NodeName>&lt;X&gt;</NodeName>
    <RTProperties>
      <ACL>Get=*&amp;Replace=</ACL>
      <Format><node/></Format>
      <Type><DDFName>urn:example:mo:forum:1.0</DDFName></Type>
    </RTProperties>
    <DFProperties>
      <AccessType>Get</AccessType>
      <DFFormat><node/></DFFormat>
      <Occurrence>OneOrMore</Occurrence>
      <DFTitle>The forum object</DFTitle>
    </DFProperties>
    <Node>
      <NodeName>ToConRef</NodeName>
      <RTProperties><ACL>Get=*</ACL><Type><DDFName/></Type></RTProperties>
      <DFProperties>
        <AccessType><get/><replace/></AccessType>
        <DFFormat><chr/></DFFormat>
        <Occurrence><ZeroOrN>none</ZeroOrN></Occurrence>
        <DFType><DDFName/></DFType>
      </DFProperties>
      <Node>
        <DFProperties><AccessType>Get, Replace | Peek</AccessType><DFFormat><bin/></DFFormat></DFProperties>
        <Value>AAH/</Value>
      </Node>
    </Node>
    <Node><NodeName>Continued</NodeName><Path>Ext/Deep</Path></Node>
  </Node>
  <Node>
    <NodeName>./SyncML/Old</NodeName>
    <DFProperties><AccessType/><DFFormat><node/></DFFormat><DFType><DDFName/></DFType></DFProperties>
  </Node>
</MgmtTree>`;

describe('a published device description', () => {
  it('in the style of PC makers is read', () => {
    const deviations = new Deviations();
    const { nodes } = parseDdf(bytes(PC_STYLE), 'xml', { deviations });
    const root = { name: 'Lock', format: 'node', types: ['com.maker/1.0/MDM/Lock'], occurrence: 'One' };
    const instance = { access: ['Add', 'Delete', 'Get'], format: 'node', types: [], title: 'Certificate' };
    expect(nodes).toEqual([
      { ...root, path: './User/Vendor/MAKER', access: [], scope: 'Permanent' },
      {
        ...root,
        path: './Device/Vendor/MAKER',
        access: ['Get'],
        scope: 'Permanent',
        description: 'The root & all.',
        children: [
          {
            ...instance,
            occurrence: 'One',
            scope: 'Dynamic',
            children: [
              {
                name: 'Mode',
                access: ['Add', 'Delete', 'Get', 'Replace'],
                format: 'int',
                types: [],
                occurrence: 'ZeroOrOne',
                scope: 'Dynamic',
                description: '1 < 2',
                defaultValue: '1',
              },
              {
                name: 'doLock',
                access: ['Exec'],
                format: 'null',
                types: ['text/plain'],
                occurrence: 'One',
                scope: 'Permanent',
              },
            ],
          },
        ],
      },
    ]);
    expect(deviations.list.map(({ path, found }) => `${path}: ${found}`)).toEqual([
      ': DOCTYPE',
      ': <MgmtTree> without a namespace',
      'MgmtTree/Node(Lock)/Path: a trailing "/"',
      'MgmtTree/Node(Lock)/Node/DFProperties/Occurrence: OneOrN "1"',
    ]);
  });

  it('in the style of standard objects, with what is often wrong in them, is read', () => {
    const deviations = new Deviations();
    const { man, nodes } = parseDdf(bytes(REGISTRY_STYLE), 'xml', { deviations });
    expect(man).toBe('--The device manufacturer--');
    expect(nodes).toEqual([
      {
        access: ['Get'],
        format: 'node',
        types: ['urn:example:mo:forum:1.0'],
        occurrence: 'OneOrMore',
        title: 'The forum object',
        children: [
          {
            name: 'ToConRef',
            access: ['Get', 'Replace'],
            format: 'node',
            types: [],
            occurrence: 'ZeroOrMore',
            acl: 'Get=*',
            children: [{ access: ['Get', 'Replace'], format: 'bin', types: [], defaultValue: 'AAH/' }],
          },
          { name: 'Continued', path: 'Ext/Deep', access: ['Get'], format: 'node', types: [] },
        ],
      },
      { name: 'Old', path: './SyncML', access: [], format: 'node', types: [] },
    ]);
    expect(deviations.list.map(({ path, found }) => `${path.replace(/^MgmtTree./, '')}: ${found}`)).toEqual(
      expect.arrayContaining([
        'Node(<X>)/NodeName: "<X>"',
        'Node(<X>)/Node(ToConRef)/DFProperties/DFFormat: chr for a node with nodes in it',
        'Node(<X>)/Node(ToConRef)/Node/DFProperties/AccessType: "Peek"',
        'Node(<X>)/Node(ToConRef)/Node: no NodeName',
        'Node(<X>)/Node(Continued): no DFProperties',
        'Node(./SyncML/Old)/NodeName: "./SyncML/Old"',
      ]),
    );
  });

  it('describes a tree, wherever its Paths lead', () => {
    const { nodes } = parseDdf(bytes(REGISTRY_STYLE), 'xml');
    const tree = openTree({ ddf: nodes });
    expect(tree.get('.', 's')).toEqual({ children: ['SyncML'] });
    const parts = `<MgmtTree><VerDTD>1.2</VerDTD>
      <Node><NodeName>Leaf</NodeName><Path>Vendor/One/Two</Path>
        <DFProperties><AccessType><Get/></AccessType><DFFormat><chr/></DFFormat><Scope><Permanent/></Scope>
        <DFType><MIME/></DFType></DFProperties><Value>gw</Value></Node>
      <Node><NodeName>Vendor</NodeName>
        <DFProperties><AccessType><Get/></AccessType><DFFormat><node/></DFFormat><Scope><Permanent/></Scope>
        <DFType><DDFName>urn:v</DDFName></DFType></DFProperties></Node>
    </MgmtTree>`;
    const flat = openTree({ ddf: parseDdf(bytes(parts), 'xml').nodes });
    expect(flat.get('./Vendor/One/Two/Leaf', 's')).toMatchObject({ data: 'gw' });
    expect(flat.find('urn:v')).toEqual(['./Vendor']);
  });

  it.each(['<!DOCTYPE MgmtTree [<!ENTITY e "x">]>', '<!DOCTYPE MgmtTree SYSTEM "x" [%e;]>', '<!DOCTYPE'])(
    'is refused when its DOCTYPE declares something: %s',
    (doctype) => {
      expect(() => parseDdf(bytes(`${doctype}<MgmtTree/>`), 'xml')).toThrow('DOCTYPE is not allowed');
    },
  );
});
