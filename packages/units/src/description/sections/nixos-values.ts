import * as v from 'valibot'
import { absolutePath, address, port, text } from './scalars.ts'

/** `extraOpts` of NixOS is one text; a word with a space in it takes the form of a list. */
export const words = v.optional(
  v.pipe(
    v.union([
      v.pipe(text, v.regex(/^[^"'\\]*$/, 'holds a quote or a backslash: write a list of words')),
      v.pipe(v.array(text), v.maxLength(256)),
    ]),
    v.transform((value) =>
      typeof value === 'string' ? value.split(/ +/).filter((word) => word !== '') : value,
    ),
  ),
  [],
)

/** Where it is left out, the cluster's `featureGates` count. */
export const gates = v.optional(v.record(v.string(), v.boolean()))

export const verbosity = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10)))

/** A file that the layout names; null leaves its flag out. */
export const fileOfLayout = v.optional(v.nullable(absolutePath))

/** A file that is absent unless somebody names it. */
export const optionalFile = v.optional(v.nullable(absolutePath), null)

export const paths = v.optional(v.pipe(v.array(absolutePath), v.maxLength(256)), [])

export const listenAddress = (preset: string) => v.optional(address, preset)

export const listenPort = (preset: number) => v.optional(port, preset)

/** 0 closes it. */
export const insecurePort = (preset: number) =>
  v.optional(v.union([v.literal(0), port], 'is neither a port nor 0'), preset)

export const flag = (preset: boolean) => v.optional(v.boolean(), preset)

export const url = v.pipe(
  v.string(),
  v.regex(/^https?:\/\/[A-Za-z0-9.:[\]-]+$/, 'is not a URL such as https://127.0.0.1:2379'),
)

/** `mkKubeConfigOptions`: what is left out is the component's own certificate, CA and kube-apiserver. */
export const kubeconfig = v.optional(
  v.strictObject({
    server: v.optional(url),
    caFile: v.optional(absolutePath),
    certFile: v.optional(absolutePath),
    keyFile: v.optional(absolutePath),
  }),
  {},
)

/** Names of files, from names of manifests and addons. */
const fileName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,100}$/, 'is not the name of a file'),
)

/** Objects of Kubernetes by the name of the file that each gets. */
export const objects = v.optional(v.record(fileName, v.record(v.string(), v.unknown())), {})

export const cniEntry = v.looseObject({
  type: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,60}$/, 'is not the name of a plug-in')),
})
