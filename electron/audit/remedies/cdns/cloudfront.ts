import type { Advice, Product } from '../product'
import { anyOf, requestMark, requestVia, responseMark, responseVia, showsHttp2, userAgent } from '../told'
import type { Values } from '../values'

const source =
  'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginKeepaliveTimeout'

/** CloudFront takes 1 to 120 s. */
const within = (seconds: number): number => Math.min(120, Math.max(1, seconds))

const keepalive = ({ clientIdle }: Values): Advice => ({
  title: `Let CloudFront keep idle origin connections for ${within(clientIdle)} s`,
  snippet: `"CustomOriginConfig": {\n  "OriginKeepaliveTimeout": ${within(clientIdle)}\n}`,
  language: 'json',
  where:
    'The distribution’s origin: console, Origins, "Keep-alive timeout"; or aws cloudfront update-distribution. The origin must keep connections longer',
  check: 'aws cloudfront get-distribution-config --id ID',
  verify: 'Capture at the origin: several requests on each connection from CloudFront.',
  source,
})

export const cloudfront: Product = {
  id: 'cloudfront',
  name: 'Amazon CloudFront',
  kind: 'cdn',
  server: {
    recognisedBy: 'Via: … (CloudFront) or X-Amz-Cf-Id in responses',
    seen: anyOf(responseVia(/\(CloudFront\)/i), responseMark('x-amz-cf-id')),
    defaults: [],
    remedies: {
      'use-http-2': (values) => ({
        title: 'Offer HTTP/2',
        snippet: '"HttpVersion": "http2and3"',
        language: 'json',
        where:
          'The distribution’s configuration: console, General, "Supported HTTP versions"; or aws cloudfront update-distribution',
        check: 'aws cloudfront get-distribution-config --id ID',
        verify: showsHttp2(values),
        source:
          'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesGeneral.html#DownloadDistValuesSupportedHTTPVersions',
      }),
    },
  },
  client: {
    recognisedBy: 'User-Agent: Amazon CloudFront; Via: … (CloudFront) or X-Amz-Cf-Id in requests',
    seen: anyOf(userAgent(/^Amazon CloudFront\b/i), requestVia(/\(CloudFront\)/i), requestMark('x-amz-cf-id')),
    defaults: [
      {
        about: 'idle',
        text: 'origin keep-alive time-out 5 s (1 to 120 s)',
        source,
      },
    ],
    keepsIdle: 5,
    wholeSeconds: true,
    remedies: { 'keep-idle-longer': keepalive, 'avoid-race': keepalive, 'pool-connections': keepalive },
  },
}
