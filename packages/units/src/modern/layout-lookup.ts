import { EasycertsError } from '@easycerts/shared/errors'
import {
  type BundlePurpose,
  COMPONENT_UNITS,
  type Component,
  type Layout,
  layoutOf,
  type LayoutName,
  type NodeCertificate,
} from '@easycerts/shared/layout'

/** Where what certmgr keeps stands in one layout. ERR_INTERNAL for what no layout has. */
export interface LayoutLookup {
  readonly layout: Layout
  readonly certificateOf: (profile: string) => NodeCertificate
  readonly bundlePath: (purpose: BundlePurpose) => string
  /** The kubeconfig that refers to the certificate of a profile. */
  readonly kubeconfigPath: (profile: string) => string
}

const required = <T>(row: T | undefined, what: string): T => {
  if (row === undefined) throw new EasycertsError('ERR_INTERNAL', `the layout has no ${what}`)
  return row
}

export const lookupIn = (name: LayoutName): LayoutLookup => {
  const layout = layoutOf(name)
  const byProfile = <Row extends { readonly profile: string }>(rows: readonly Row[]) => {
    return (profile: string): Row =>
      required(
        rows.find((row) => row.profile === profile),
        `file of profile ${profile}`,
      )
  }
  const kubeconfigOf = byProfile(layout.kubeconfigs)
  return {
    layout,
    certificateOf: byProfile(layout.certificates),
    bundlePath: (purpose) =>
      required(
        layout.bundles.find((row) => row.purpose === purpose),
        `bundle for ${purpose}`,
      ).path,
    kubeconfigPath: (profile) => kubeconfigOf(profile).path,
  }
}

export const unitName = (component: Component): string =>
  required(COMPONENT_UNITS[component], `unit of ${component}`)
