/** The sentence of truth, the mode, the links and how fresh everything is. */
// biome-ignore-all format: one line per text keeps both languages side by side
import type { Texts } from './texts.ts';

export const overviewTexts = {
  'overview.all_good': {
    en: 'All good. {s:number} {s|strategy|strategies}, {p:number} {p|position|positions}, books match the exchange.',
    nl: 'Alles in orde. {s:number} {s|strategie|strategieën}, {p:number} {p|positie|posities}, de boeken kloppen met de beurs.',
  },
  'overview.needs_you': { en: '{n:number} {n|thing needs|things need} you', nl: '{n:number} {n|punt vraagt|punten vragen} je aandacht' },
  'overview.lost': { en: 'This page has no link to the engine. What you see may be old.', nl: 'Deze pagina heeft geen verbinding met de engine. Wat je ziet kan oud zijn.' },
  'overview.halted': { en: 'The kill switch is on. No new entries until you resume a strategy.', nl: 'De noodstop is actief. Geen nieuwe instappen tot je een strategie hervat.' },
  'overview.blind': { en: 'No view of the exchange. Stops that are there keep working; nothing new opens.', nl: 'Geen zicht op de beurs. Stops die er staan blijven werken; er opent niets nieuws.' },
  'overview.mismatch': { en: 'Books and exchange differ. Nothing new opens until that is solved.', nl: 'Boeken en beurs verschillen. Er opent niets nieuws tot dat is opgelost.' },
  'overview.unverified': { en: 'Books not verified: the last clean check is too old. Nothing new opens.', nl: 'Boeken niet gecontroleerd: de laatste goede controle is te oud. Er opent niets nieuws.' },
  'overview.checking': { en: 'Checking books against the exchange; numbers may still change.', nl: 'Boeken worden met de beurs vergeleken; cijfers kunnen nog veranderen.' },
  'overview.paused': { en: 'Books match the exchange. {n:number} {n|strategy is|strategies are} paused.', nl: 'De boeken kloppen met de beurs. {n:number} {n|strategie is|strategieën zijn} gepauzeerd.' },
  'overview.no_strategy': { en: 'No strategy is configured. Books match the exchange.', nl: 'Er is geen strategie ingesteld. De boeken kloppen met de beurs.' },

  'mode.practice': { en: 'practice exchange – no real money', nl: 'oefenbeurs – geen echt geld' },
  'mode.testnet': { en: 'testnet – no real money', nl: 'testnet – geen echt geld' },
  'mode.live': { en: 'live – real money', nl: 'live – echt geld' },
  'mode.armed': { en: 'armed for live', nl: 'vrijgegeven voor live' },
  'fresh.live': { en: 'live', nl: 'live' },
  'fresh.verified_ago': { en: 'checked {age} ago', nl: '{age} geleden gecontroleerd' },
  'fresh.never_verified': { en: 'not checked yet', nl: 'nog niet gecontroleerd' },
  'fresh.delayed': { en: 'delayed', nl: 'vertraagd' },
  'fresh.stale': { en: 'stale', nl: 'verouderd' },
  'fresh.as_of': { en: 'as of {time}', nl: 'stand van {time}' },
  'fresh.since': { en: 'since {time}', nl: 'sinds {time}' },
  'link.connected': { en: 'connected', nl: 'verbonden' },
  'link.connecting': { en: 'connecting', nl: 'verbinden' },
  'link.disconnected': { en: 'disconnected', nl: 'geen verbinding' },
  'link.degraded': { en: 'degraded', nl: 'beperkt' },
  'link.lost_engine': {
    en: 'This page lost the engine {age} ago. It may still be trading.',
    nl: 'Deze pagina is de engine {age} geleden kwijtgeraakt. Die handelt mogelijk nog.',
  },
  'link.page': { en: 'page to engine', nl: 'pagina naar engine' },
  'link.exchange': { en: 'engine to exchange', nl: 'engine naar beurs' },
  'link.market': { en: 'market data', nl: 'marktgegevens' },
  'link.drop_copy': { en: 'drop copy', nl: 'drop copy' },
  'link.private': { en: 'own orders and fills', nl: 'eigen orders en uitvoeringen' },
  'alert.no_channel': {
    en: 'No channel yet. You would not hear about a problem at night.',
    nl: "Nog geen kanaal. Je hoort 's nachts niets als er iets misgaat.",
  },
} as const satisfies Texts;
