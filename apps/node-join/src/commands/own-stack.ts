import { openIdentityStore } from '@easycerts/adapters/identity-store'
import type { NamedStack, UnitsOptions } from '@easycerts/adapters/units-command'
import { EasycertsError } from '@easycerts/shared/errors'
import { CA_PATHS, NODE_PATHS } from '@easycerts/shared/layout'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { planStack } from '../plan/plan-stack.ts'
import type { CommandContext } from './command-context.ts'
import { programsIn } from './programs-in.ts'

/** Given to the program, and so to all its commands. */
interface OwnOptions extends UnitsOptions {
  readonly programDirectory?: string
}

/** What join installs on this node. ERR_NOT_JOINED. */
export const ownStack = (context: CommandContext, options: OwnOptions): NamedStack => {
  const root = resolve(options.root)
  const record = openIdentityStore(
    join(root, NODE_PATHS.identityDirectory),
    context.uid,
  ).loadRecord()
  if (!record)
    throw new EasycertsError('ERR_NOT_JOINED', `nothing has joined below ${root}`, {
      hint: 'join first, or name a description of the cluster: --cluster FILE',
    })
  const { cluster, node, description } = record
  const programs = programsIn(options.programDirectory ?? '/usr/local/bin', context.nodeProgram)
  const sealedKeys = existsSync(join(root, CA_PATHS.dataDirectory, 'keys/kek.cred'))
  const certmgrByTimer =
    options.certmgrTimer === true ||
    existsSync(join(root, NODE_PATHS.unitDirectory, 'certmgr.timer'))
  const stack = planStack({ cluster, node, description, programs, sealedKeys, certmgrByTimer })
  return {
    node: node.name,
    stack: {
      files: stack.files,
      units: stack.units.map(({ name }) => name),
      warnings: stack.warnings,
    },
  }
}
