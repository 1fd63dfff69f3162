import * as v from 'valibot'
import { buildLegacyAction, LEGACY_SERVICE_MANAGERS } from './legacy-action.ts'
import { legacyAuthoritySchema } from './legacy-authority.ts'
import { type LegacyConfig, legacyServiceManager } from './legacy-config.ts'
import { legacyDuration, positiveDuration } from './legacy-duration.ts'
import { legacyFileSchema } from './legacy-file.ts'
import { LEGACY_KEY_USAGES } from './legacy-key-usage.ts'
import { legacyRemotes } from './legacy-remote.ts'
import { legacyRequestSchema } from './legacy-request.ts'

const MAX_USAGES = 100
const MAX_SCRIPT = 65_536

const text = v.optional(
  v.pipe(v.string('is not text'), v.maxLength(MAX_SCRIPT, `is longer than ${MAX_SCRIPT}`)),
  '',
)

const usage = v.pipe(
  v.string('is not text'),
  v.toLowerCase(),
  v.picklist(LEGACY_KEY_USAGES, 'is not an extended key usage such as "server auth"'),
)

const fields = v.strictObject({
  service: text,
  action: text,
  svcmgr: v.optional(legacyServiceManager),
  before: v.optional(positiveDuration),
  interval: v.optional(positiveDuration),
  interval_splay: v.optional(legacyDuration),
  initial_splay: v.optional(legacyDuration),
  take_actions_only_if_running: v.optional(v.boolean('is not true or false'), false),
  key_usages: v.optional(v.pipe(v.array(usage, 'is not a list'), v.maxLength(MAX_USAGES)), []),
  remote: v.optional(legacyRemotes),
  request: v.optional(legacyRequestSchema, {}),
  private_key: v.optional(legacyFileSchema),
  certificate: v.optional(legacyFileSchema),
  ca: v.optional(legacyFileSchema),
  authority: v.optional(legacyAuthoritySchema, {}),
})

/** A spec whose every field is good for itself. */
export type WrittenSpec = v.InferOutput<typeof fields>

interface FieldFault {
  /** Empty: the whole document. */
  readonly path: readonly string[]
  readonly fault: string
}

/** The fields of a spec, and what must hold between them, where the configuration fills in what is left out. */
export const legacySpecSchema = (config: LegacyConfig) =>
  v.pipe(
    fields,
    v.rawCheck(({ dataset, addIssue }) => {
      // A value with faults is looked at as well, so that all of them are told at once.
      const spec = dataset.value as Partial<WrittenSpec>
      if (!isMap(spec)) return
      for (const { path, fault } of faultsBetween(spec, config)) {
        const [item, ...rest] = path.map((key) => pathItem(spec, key))
        addIssue({ message: fault, ...(item ? { path: [item, ...rest] } : {}) })
      }
    }),
  )

const isMap = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const pathItem = (input: object, key: string): v.ObjectPathItem => ({
  type: 'object',
  origin: 'value',
  input: input as Record<string, unknown>,
  key,
  value: undefined,
})

const faultsBetween = (spec: Partial<WrittenSpec>, config: LegacyConfig): FieldFault[] => [
  ...pairFaults(spec),
  ...pathFaults(spec),
  ...clientFaults(spec),
  ...remoteFaults(spec, config),
  ...actionFaults(spec, config),
]

const pairFaults = ({ certificate, private_key, ca, authority }: Partial<WrittenSpec>) => {
  const faults: FieldFault[] = []
  if (certificate && !private_key)
    faults.push({ path: ['certificate'], fault: 'needs a private_key beside it' })
  if (private_key && !certificate)
    faults.push({ path: ['private_key'], fault: 'needs a certificate beside it' })
  if (!certificate && !private_key && !ca && !authority?.file)
    faults.push({ path: [], fault: 'names neither a certificate nor a ca to keep' })
  if (ca && authority?.file)
    faults.push({
      path: ['authority', 'file'],
      fault: 'is the older name of ca, which is here too',
    })
  return faults
}

const pathFaults = ({ certificate, private_key, ca, authority }: Partial<WrittenSpec>) => {
  const seen = new Map<string, string>()
  const faults: FieldFault[] = []
  const files = { certificate, private_key, ca: ca ?? authority?.file }
  for (const [field, file] of Object.entries(files)) {
    if (typeof file?.path !== 'string') continue
    const other = seen.get(file.path)
    if (other !== undefined)
      faults.push({ path: [field, 'path'], fault: `is that of ${other} too` })
    seen.set(file.path, field)
  }
  return faults
}

const clientFaults = ({ authority }: Partial<WrittenSpec>): FieldFault[] => {
  const fields = ['client_certificate', 'client_key'] as const
  const missing = fields.filter((field) => authority?.[field] === undefined)
  return missing.length === 1
    ? missing.map((field) => ({ path: ['authority', field], fault: 'is missing beside the other' }))
    : []
}

const remoteFaults = (
  { authority, remote }: Partial<WrittenSpec>,
  { remotes }: LegacyConfig,
): FieldFault[] =>
  authority?.remote || remote || remotes.length > 0
    ? []
    : [{ path: ['authority', 'remote'], fault: 'is missing here, and so is default_remote' }]

const actionFaults = (spec: Partial<WrittenSpec>, config: LegacyConfig): FieldFault[] => {
  const svcmgr = spec.svcmgr ?? config.serviceManager
  if (!LEGACY_SERVICE_MANAGERS.includes(svcmgr)) return []
  const action = buildLegacyAction({
    svcmgr,
    action: spec.action ?? '',
    service: spec.service ?? '',
    onlyIfRunning: false,
  })
  return 'fault' in action ? [{ path: [action.field], fault: action.fault }] : []
}
