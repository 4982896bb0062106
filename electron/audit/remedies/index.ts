import type { Remedy } from '../../../shared/model/audit'
import type { CaseGroup } from '../findings/groups'
import { apache } from './apache'
import { browser } from './browser'
import { curl } from './curl'
import { genericClient } from './generic-client'
import { genericServer } from './generic-server'
import { go } from './go'
import { haproxy } from './haproxy'
import { loadGenerators } from './load-generators'
import { nginx } from './nginx'
import { looksLikeNginxUpstream, nginxUpstream } from './nginx-upstream'
import { nodeClient } from './node-client'
import { nodeServer } from './node-server'
import type { Product, Topic, Values } from './product'
import { remedyOf, SIDE } from './product'
import { python } from './python'
import { recommendedLimit, recommendedTimeout } from './values'

/** Products told by what they send; every one that matches and knows the topic gives its remedy. To add one, see docs/how-to/add-a-remedy.md. */
const SERVERS: readonly Product[] = [nginx, apache, nodeServer]
const CLIENTS: readonly Product[] = [nginxUpstream, haproxy, curl, nodeClient, python, go, loadGenerators, browser]

const DEFAULTS: Values = { idleTimeout: 60, requestLimit: 1000 }

/**
 * What to change: the setting of the product that the traffic shows, or the general advice where it shows none.
 *
 * @param group the connections concerned, from which the values are computed; null where there are none.
 */
export function remediesFor(topic: Topic, group: CaseGroup | null): readonly Remedy[] {
  const values = group === null ? DEFAULTS : valuesOf(group)
  const products = SIDE[topic] === 'server' ? SERVERS : CLIENTS
  const generic = SIDE[topic] === 'server' ? genericServer : genericClient
  const known =
    group === null
      ? []
      : actors(
          products.filter((p) => p.matches(group)),
          group,
        )
  const found = known.map((product) => remedyOf(product, topic, values)).filter((remedy) => remedy !== null)
  const general = remedyOf(generic, topic, values)
  return found.length > 0 ? found : general === null ? [] : [general]
}

/** Behind a proxy the User-Agent is only passed on: what must change is the proxy, not the program that it names. */
function actors(known: readonly Product[], group: CaseGroup): readonly Product[] {
  if (!group.proxied && !looksLikeNginxUpstream(group)) return known
  const proxies = known.filter((product) => product === nginxUpstream || product === haproxy)
  return proxies.length > 0 ? proxies : known
}

function valuesOf(group: CaseGroup): Values {
  return {
    idleTimeout: group.demandGap === null ? DEFAULTS.idleTimeout : recommendedTimeout(group.demandGap.p95),
    requestLimit: group.limit === null ? DEFAULTS.requestLimit : recommendedLimit(group.limit),
  }
}
