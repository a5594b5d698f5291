/** The DM accounts that a phone has, in its tree. */
import { DMACC_OBJECT, findObjects, type ManagementTree } from '@grove/protocol';
import { type Account, accountOf } from '../session/index.ts';
import { readerOf } from '../tree-reader/index.ts';

/** The node of the account with a server, or of the one in use, else the first one; undefined = there is none. */
function nodeOfAccount(tree: ManagementTree, serverID: string | undefined): string | undefined {
  const reader = readerOf(tree);
  const ofThisVersion = tree.find(DMACC_OBJECT.urn);
  const accounts = ofThisVersion.length > 0 ? ofThisVersion : findObjects(DMACC_OBJECT, reader);
  return serverID === undefined
    ? (tree.instanceInUse(DMACC_OBJECT.urn)?.uri ?? accounts[0])
    : accounts.find((uri) => reader.read(`${uri}/ServerID`) === serverID);
}

export function hasAccount(tree: ManagementTree, serverID: string): boolean {
  return nodeOfAccount(tree, serverID) !== undefined;
}

/**
 * The account with a server, or the one in use (Active, else Default), else the first one; undefined = there is none.
 *
 * @throws {ObjectError} for one that cannot be used.
 */
export function findAccount(tree: ManagementTree, serverID?: string): Account | undefined {
  const uri = nodeOfAccount(tree, serverID);
  return uri === undefined ? undefined : accountOf(uri, readerOf(tree));
}

/** What the user knows a server by. */
export function operatorOf(tree: ManagementTree, serverID: string): string {
  const name = readerOf(tree).read(`${nodeOfAccount(tree, serverID)}/Name`);
  return typeof name === 'string' && name !== '' ? name : serverID;
}
