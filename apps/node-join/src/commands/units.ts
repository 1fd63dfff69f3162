import { openIdentityStore } from '@easycerts/adapters/identity-store'
import { EasycertsError } from '@easycerts/shared/errors'
import { CA_PATHS, NODE_PATHS } from '@easycerts/shared/layout'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { planStack, type StackPlan } from '../plan/plan-stack.ts'
import type { CommandContext } from './command-context.ts'
import { programsIn } from './programs-in.ts'

export interface UnitsOptions {
  readonly root: string
  readonly programDirectory: string
  readonly certmgrTimer?: boolean
}

/** `node-join units`: what join installs on this node, which must have joined. Writes nothing. */
export const runUnitsCommand = async (
  context: CommandContext,
  options: UnitsOptions,
): Promise<void> => {
  const root = resolve(options.root)
  const record = openIdentityStore(
    join(root, NODE_PATHS.identityDirectory),
    context.uid,
  ).loadRecord()
  if (!record) throw new EasycertsError('ERR_NOT_JOINED', `nothing has joined below ${root}`)
  const { cluster, node } = record
  const programs = programsIn(options.programDirectory, context.nodeProgram)
  const sealedKeys = existsSync(join(root, CA_PATHS.dataDirectory, 'keys/kek.cred'))
  const certmgrByTimer =
    options.certmgrTimer === true ||
    existsSync(join(root, NODE_PATHS.unitDirectory, 'certmgr.timer'))
  const stack = planStack({ cluster, node, programs, sealedKeys, certmgrByTimer })
  await context.terminal.result(
    { files: stack.files, units: stack.units.map(({ name }) => name) },
    () => renderStack(stack),
  )
}

/** As one stream that `less` searches: each file under a line with its path. */
const renderStack = ({ files }: StackPlan): string =>
  files.map(({ path, content }) => `# ==> ${path}\n${content}`).join('\n')
