import { resolve } from 'node:path'
import { days } from '@easycerts/shared/time'
import {
  adopt,
  adoptionPaths,
  type AdoptionPlan,
  CA_SERVER_UNIT,
  undoAdoption,
  unitFilesOf,
} from '../adoption/index.ts'
import { dataPaths, formatCaServerConfig, parseCaServerConfig } from '../config/index.ts'
import { initialise } from '../data-directory/initialise.ts'
import { chooseProtection } from './choose-protection.ts'
import type { CommandContext } from './command-context.ts'
import { describeAdoption, describePlan } from './describe-adoption.ts'
import { describeBy } from './describe-by.ts'
import { importMachineOf, unitDirectoryOf } from './import-machine.ts'
import type { ImportOptions } from './import-options.ts'
import { listIssuedSince } from './issued-since.ts'

/** Of the enrolment issuer, which alone is new. */
const ENROLMENT_LIFE = days(3650)

/** A plan with its units, its configuration read back as the server will read it. */
export const completePlan = (
  context: CommandContext,
  options: ImportOptions,
  plan: Omit<AdoptionPlan, 'files'>,
): AdoptionPlan => {
  const { dataDirectory, passphraseFile, insecurePlaintextKeys } = options
  describeBy(
    parseCaServerConfig(dataPaths(dataDirectory).config, formatCaServerConfig(plan.config)),
  )
  const directory = unitDirectoryOf(options.root)
  const files = unitFilesOf(
    {
      unitDirectory: directory.path,
      programWords: context.programWords,
      dataDirectory,
      passphraseFile: passphraseFile === undefined ? undefined : resolve(passphraseFile),
      isSealed: passphraseFile === undefined && insecurePlaintextKeys !== true,
      mark: adoptionPaths(dataDirectory).mark,
    },
    plan.takeover?.unit,
  )
  return { ...plan, files, next: [...plan.next, ...(directory.isKept ? [] : [BEFORE_BOOT])] }
}

const BEFORE_BOOT =
  'before the next boot: take nix/module.nix into the configuration of this system, for until then a boot brings the old services back'

/** Shows the plan, or does it. */
export const runPlan = async (
  context: CommandContext,
  options: ImportOptions,
  plan: AdoptionPlan,
): Promise<void> => {
  for (const warning of plan.warnings) context.terminal.warning(warning)
  if (options.dryRun === true) {
    await context.terminal.result(describePlan(plan), () => tellPlan(context, plan))
    return
  }
  const machine = importMachineOf(context, options)

  const seen = await adopt(machine, {
    plan,
    dataDirectory: options.dataDirectory,
    makeData: () =>
      initialise({
        directory: options.dataDirectory,
        config: plan.config,
        origin: { root: 'none', imported: plan.imported },
        beside: plan.legacyFiles,
        keyAlgorithm: 'ecdsa-p256',
        issuerLife: ENROLMENT_LIFE,
        protection: chooseProtection(context, options),
        clock: context.clock,
        random: context.random,
      }),
  })
  if (!seen.isHeld)
    context.terminal.warning(
      'no packet filter could hold connections: for a moment some were refused, and come again',
    )
  await context.terminal.result({ ...describePlan(plan), done: true, ...seen }, () =>
    [
      `Taken over: ${CA_SERVER_UNIT} serves from ${options.dataDirectory}.`,
      'Next:',
      ...plan.next.map((line) => `  ${line}`),
      `Back: ca-server import ${plan.kind} --undo`,
    ].join('\n'),
  )
}

const tellPlan = async ({ terminal }: CommandContext, plan: AdoptionPlan): Promise<string> =>
  [
    await terminal.table(
      ['THING', 'FROM', 'BECOMES'],
      plan.things.map(({ thing, from, becomes }) => [thing, from, becomes]),
    ),
    '',
    'Written, and nothing else is touched:',
    ...plan.files.map(({ path }) => `  ${path}`),
    '',
    'Afterwards:',
    ...plan.next.map((line) => `  ${line}`),
  ].join('\n')

/** `--undo` of either import. */
export const runImportUndo = async (
  context: CommandContext,
  options: ImportOptions,
): Promise<void> => {
  const machine = importMachineOf(context, options)
  const record = await undoAdoption(machine, options.dataDirectory)
  const issued = await listIssuedSince(record, context.clock())
  await context.terminal.result(describeAdoption(record, issued), () =>
    [
      `Undone: everything is as it was before ${record.at}.`,
      `What ca-server knew is kept in ${record.aside}.`,
      ...(issued.certificates.length === 0
        ? []
        : [
            `${issued.certificates.length} certificates were issued meanwhile; they stay good, for the CA is the same:`,
            ...issued.certificates.map(
              ({ serialNumber, subject }) => `  ${serialNumber} ${subject}`,
            ),
          ]),
      ...(issued.revoked.length === 0
        ? []
        : [
            'Revoked meanwhile, which the old CA does not know:',
            ...issued.revoked.map((each) => `  ${each}`),
          ]),
    ].join('\n'),
  )
}
