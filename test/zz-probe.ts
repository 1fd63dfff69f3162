import { writeFileSync } from 'node:fs'
import { createTestIssuer, issueFrom } from '/work/main/test/support/test-issuers.ts'
import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest, certificatePem } from '@easycerts/shared/x509'
const issuer = await createTestIssuer('cluster', { notAfter: new Date('2090-01-01') })
const request = buildCertificateRequest(await generateSigningKey('rsa-2048'))
const { certificate } = issueFrom(issuer, { profile: 'kube-apiserver', request, life: 86400000*36500 as never })
writeFileSync('/tmp/probe/ca.pem', certificatePem(issuer.certificate)); writeFileSync('/tmp/probe/leaf.pem', certificatePem(certificate))
writeFileSync('/tmp/probe/chain.pem', certificatePem(certificate)+certificatePem(issuer.certificate))
