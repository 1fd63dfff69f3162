import { EasycertsError } from '@easycerts/shared/errors'
import {
  type BundlePurpose,
  COMPONENT_UNITS,
  KUBECONFIG_FILES,
  NODE_CERTIFICATES,
  TRUST_BUNDLE_FILES,
  type Component,
  type NodeCertificate,
} from '@easycerts/shared/layout'

const required = <T>(row: T | undefined, what: string): T => {
  if (row === undefined) throw new EasycertsError('ERR_INTERNAL', `the layout has no ${what}`)
  return row
}

export const certificateOf = (profile: string): NodeCertificate =>
  required(
    NODE_CERTIFICATES.find((row) => row.profile === profile),
    `certificate of profile ${profile}`,
  )

export const bundlePath = (purpose: BundlePurpose): string =>
  required(
    TRUST_BUNDLE_FILES.find((row) => row.purpose === purpose),
    `bundle for ${purpose}`,
  ).path

/** The kubeconfig that refers to the certificate of a profile. */
export const kubeconfigPath = (profile: string): string =>
  required(
    KUBECONFIG_FILES.find((row) => row.profile === profile),
    `kubeconfig of profile ${profile}`,
  ).path

/** On masters that hold the certificate of an administrator. */
export const CLUSTER_ADMIN_KUBECONFIG = kubeconfigPath('cluster-admin')

export const unitName = (component: Component): string =>
  required(COMPONENT_UNITS[component], `unit of ${component}`)
