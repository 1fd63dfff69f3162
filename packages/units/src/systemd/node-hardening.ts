import type { Directive } from './unit.ts'
import { CLIENT_AND_SERVER, CONFINED, LISTS_INTERFACES, UNPRIVILEGED } from './hardening-sets.ts'

/**
 * Node compiles while it runs, so memory must become executable, and V8 guards it with pkey
 * calls, which @system-service lacks; /proc must show meminfo, from which V8 sizes its heap.
 */
const NODE_PROGRAM: readonly Directive[] = [
  ...CONFINED,
  CLIENT_AND_SERVER,
  // fastify logs every address on which it listens.
  LISTS_INTERFACES,
  ['SystemCallFilter', '@system-service @pkey'],
]

/** Home directories are closed, unless the program itself stands in one. */
const homeOf = (programs: readonly string[]): Directive => [
  'ProtectHome',
  programs.some((path) => /^\/(home|root|run\/user)\//.test(path)) ? 'read-only' : 'yes',
]

/** certmgr: root, for it writes keys for other users and tells systemd to restart their programs. */
export const certmgrHardening = (programs: readonly string[]): readonly Directive[] => [
  ...NODE_PROGRAM,
  homeOf(programs),
  // Certificates and bundles are for everybody; keys get their mode when they are created.
  ['UMask', '0022'],
  ['CapabilityBoundingSet', 'CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER'],
]

/** ca-server: a user of its own, who owns the data directory and nothing else. */
export const caServerHardening = (programs: readonly string[]): readonly Directive[] => [
  ...NODE_PROGRAM,
  homeOf(programs),
  ['UMask', '0077'],
  UNPRIVILEGED,
  ['RemoveIPC', 'yes'],
  ['SystemCallFilter', '~@privileged @resources'],
]
