/** Every product that is known. To add one, see docs/how-to/add-a-remedy.md. */
import { alb } from './cdns/alb'
import { akamai } from './cdns/akamai'
import { appGateway } from './cdns/azure-application-gateway'
import { frontDoor } from './cdns/azure-front-door'
import { cloudflare } from './cdns/cloudflare'
import { cloudfront } from './cdns/cloudfront'
import { fastly } from './cdns/fastly'
import { google } from './cdns/google'
import { imperva } from './cdns/imperva'
import { aiohttp } from './clients/aiohttp'
import { apacheHc } from './clients/apache-hc'
import { axios } from './clients/axios'
import { browser } from './clients/browser'
import { curl } from './clients/curl'
import { dotnet } from './clients/dotnet'
import { go } from './clients/go'
import { httpx } from './clients/httpx'
import { javaClient } from './clients/java'
import { ab } from './clients/load-generators'
import { nodeClient } from './clients/node'
import { okhttp } from './clients/okhttp'
import { php } from './clients/php'
import { requests } from './clients/requests'
import { ruby } from './clients/ruby'
import { undici } from './clients/undici'
import type { Product } from './product'
import { caddy } from './proxies/caddy'
import { envoy } from './proxies/envoy'
import { haproxy } from './proxies/haproxy'
import { nginxUpstream } from './proxies/nginx-upstream'
import { traefik } from './proxies/traefik'
import { varnish } from './proxies/varnish'
import { aiohttpServer } from './servers/aiohttp'
import { apache } from './servers/apache'
import { goServer } from './servers/go'
import { gunicorn } from './servers/gunicorn'
import { iis } from './servers/iis'
import { jetty } from './servers/jetty'
import { kestrel } from './servers/kestrel'
import { litespeed } from './servers/litespeed'
import { nginx } from './servers/nginx'
import { node } from './servers/node'
import { puma } from './servers/puma'
import { pythonHttpServer } from './servers/python-http-server'
import { tomcat } from './servers/tomcat'
import { undertow } from './servers/undertow'
import { uvicorn } from './servers/uvicorn'

/** In the order in which they are offered: servers by how common they are, then proxies, services and clients. */
export const PRODUCTS: readonly Product[] = [
  nginx,
  apache,
  node,
  iis,
  litespeed,
  tomcat,
  jetty,
  undertow,
  kestrel,
  goServer,
  gunicorn,
  uvicorn,
  aiohttpServer,
  pythonHttpServer,
  puma,
  nginxUpstream,
  envoy,
  traefik,
  caddy,
  varnish,
  // Guessed where no other proxy shows itself: after those that do.
  haproxy,
  alb,
  cloudfront,
  cloudflare,
  fastly,
  akamai,
  imperva,
  google,
  appGateway,
  frontDoor,
  curl,
  nodeClient,
  undici,
  axios,
  requests,
  httpx,
  aiohttp,
  go,
  javaClient,
  apacheHc,
  okhttp,
  dotnet,
  ruby,
  php,
  ab,
  browser,
]
