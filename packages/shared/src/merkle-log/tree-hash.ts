import { hash } from 'node:crypto'

/** A SHA-256 of RFC 9162 §2.1.1. */
export type TreeHash = Buffer

export const TREE_HASH_OCTETS = 32

// RFC 9162 §2.1.1: without the prefixes an inner node could pass for a leaf.
const LEAF_PREFIX = Buffer.of(0x00)
const NODE_PREFIX = Buffer.of(0x01)

/** Root of the tree that has no leaf. */
export const EMPTY_ROOT: TreeHash = hash('sha256', '', 'buffer')

export const hashLeaf = (entry: Uint8Array): TreeHash =>
  hash('sha256', Buffer.concat([LEAF_PREFIX, entry]), 'buffer')

export const hashNode = (left: TreeHash, right: TreeHash): TreeHash =>
  hash('sha256', Buffer.concat([NODE_PREFIX, left, right]), 'buffer')
