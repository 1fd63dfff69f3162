import * as v from 'valibot'
import { absolutePath, host, port, text } from './scalars.ts'

// Both go into words of a shell and of curl: no space, no quote.
const url = v.pipe(
  v.string(),
  v.maxLength(2048),
  v.regex(/^https?:\/\/[A-Za-z0-9._~:/?#[\]@!&()*+,;=-]+$/, 'is not a URL of HTTP'),
)
const plainVersion = v.pipe(
  v.string(),
  v.regex(/^v\d+\.\d+\.\d+$/, 'is not a version such as v0.19.3'),
)
const sha256 = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in 64 small hex digits'),
)
const word = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_.-]{1,63}$/, 'is not a plain word'))

/** Fleet compares words of metadata, so neither `=` nor a space can be in one. */
const metadata = v.record(word, word)

export const FLEET_PROGRAMS = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kube-register',
  'setup-network-environment',
] as const

/** Defaults are those of the units on GitHub (mhamrah/kubernetes-coreos-units), but where a repair is named. */
export const fleetOptions = v.strictObject({
  /** The release that is downloaded. */
  version: v.optional(plainVersion, 'v0.19.3'),
  downloadFrom: v.optional(url, 'https://storage.googleapis.com/kubernetes-release/release'),
  /** What a download must be; a program without one is taken as it comes. */
  sha256: v.optional(v.strictObject(v.entriesFromList(FLEET_PROGRAMS, v.optional(sha256))), {}),
  /** Machines with this metadata run kube-apiserver. */
  leaderMetadata: v.optional(metadata, { role: 'leader' }),
  /** What keeps the kubelet off the machines of kube-apiserver; nothing does in the source. */
  separation: v.optional(v.picklist(['conflicts', 'metadata', 'none']), 'conflicts'),
  /** Metadata of the other machines, for `separation: metadata`. */
  nodeMetadata: v.optional(metadata, { role: 'node' }),
  /** LEADER_ENDPOINT of /etc/leader: a balancer before several leaders; masterAddress if absent. */
  leaderEndpoint: v.optional(host),
  insecureBindAddress: v.optional(v.pipe(v.string(), v.ip()), '0.0.0.0'),
  etcdServers: v.optional(v.pipe(v.array(url), v.minLength(1)), ['http://127.0.0.1:4001']),
  allowPrivileged: v.optional(v.boolean(), true),
  kubeletAddress: v.optional(v.pipe(v.string(), v.ip()), '0.0.0.0'),
  kubeletPort: v.optional(port, 10_250),
  healthzBindAddress: v.optional(v.pipe(v.string(), v.ip()), '0.0.0.0'),
  healthzPort: v.optional(port, 10_248),
  /** The unit that makes nodes of machines with this metadata, and how it reaches fleet. */
  kubeRegister: v.optional(
    v.strictObject({
      metadata: v.optional(text, 'region=us-west-2'),
      version: v.optional(plainVersion, 'v0.0.3'),
      fleetSocket: v.optional(absolutePath, '/var/run/fleet.sock'),
    }),
  ),
  networkEnvironmentVersion: v.optional(plainVersion, 'v1.0.0'),
})

export type FleetOptions = v.InferOutput<typeof fleetOptions>
