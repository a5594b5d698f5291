import { page } from './element.ts';

/** SyncML 1.2 representation protocol, code page 0. */
export const SYNCML = page(
  0x00,
  'SYNCML:SYNCML1.2',
  `Add Alert Archive Atomic Chal Cmd CmdID CmdRef Copy Cred Data Delete Exec Final Get Item Lang LocName
   LocURI Map MapItem Meta MsgID MsgRef NoResp NoResults Put Replace RespURI Results Search Sequence
   SessionID SftDel Source SourceRef Status Sync SyncBody SyncHdr SyncML Target TargetRef - VerDTD VerProto
   NumberOfChanges MoreData Field Filter Record FilterType SourceParent TargetParent Move Correlator`,
);

/** SyncML Meta Information 1.2, code page 1. */
export const METINF = page(
  0x01,
  'syncml:metinf',
  `Anchor EMI Format FreeID FreeMem Last Mark MaxMsgSize Mem MetInf Next NextNonce SharedMem Size Type
   Version MaxObjSize FieldLevel`,
);

/** OMA DM device description framework and tree serialization (DDF, TNDS) 1.2, code page 2. */
export const DMDDF = page(
  0x02,
  'syncml:dmddf1.2',
  `AccessType ACL Add b64 bin bool chr CaseSense CIS Copy CS date DDFName DefaultValue Delete Description
   DFFormat DFProperties DFTitle DFType Dynamic Exec float Format Get int Man MgmtTree MIME Mod Name Node
   node NodeName null Occurrence One OneOrMore OneOrN Path Permanent Replace RTProperties Scope Size time
   Title TStamp Type Value VerDTD VerNo xml ZeroOrMore ZeroOrN ZeroOrOne`,
);

/** SyncML Device Information 1.2, a document type of its own. */
export const DEVINF = page(
  0x00,
  'syncml:devinf',
  `CTCap CTType DataStore DataType DevID DevInf DevTyp DisplayName DSMem Ext FwV HwV Man MaxGUIDSize MaxID
   MaxMem Mod OEM ParamName PropName Rx Rx-Pref SharedMem MaxSize SourceRef SwV SyncCap SyncType Tx Tx-Pref
   ValEnum VerCT VerDTD XNam XVal UTC SupportNumberOfChanges SupportLargeObjs Property PropParam MaxOccur
   NoTruncate - Filter-Rx FilterCap FilterKeyword FieldLevel SupportHierarchicalSync`,
);
