/** Why the risk gate refused an order: one sentence per code, each says what ends the refusal. */
// biome-ignore-all format: one line per text keeps both languages side by side
import type { Texts } from './texts.ts';

export const gateTexts = {
  'gate.opposite_direction': { en: 'This instrument already has exposure in the other direction in this account.', nl: 'Op dit instrument staat op deze rekening al iets in de andere richting.' },
  'gate.not_verified': { en: 'Books and exchange are not verified on this instrument yet.', nl: 'Boeken en beurs zijn op dit instrument nog niet gecontroleerd.' },
  'gate.stale_check': { en: 'The last clean check is too old; the next one is due soon.', nl: 'De laatste goede controle is te oud; de volgende komt zo.' },
  'gate.link_down': { en: 'A link to the exchange is down; entries wait until it is back and checked.', nl: 'Een verbinding met de beurs is weg; instappen wachten tot die terug en gecontroleerd is.' },
  'gate.unresolved_order': { en: 'An earlier order has no proved outcome yet; nothing opens until it has.', nl: 'Van een eerdere order staat de uitkomst nog niet vast; tot die tijd opent er niets.' },
  'gate.daily_loss': { en: 'The loss limit of today is reached; entries start again at 00:00 UTC.', nl: 'De verlieslimiet van vandaag is bereikt; instappen kan weer vanaf 00:00 UTC.' },
  'gate.order_too_large': { en: 'The order is larger than the limit for one order.', nl: 'De order is groter dan de limiet per order.' },
  'gate.position_too_large': { en: 'The position would grow beyond its limit.', nl: 'De positie zou boven de limiet uitkomen.' },
  'gate.too_many_orders': { en: 'There are as many open orders as the limit allows.', nl: 'Er staan al zoveel orders open als de limiet toelaat.' },
  'gate.message_rate': { en: 'Too many messages to the exchange just now; try again in a moment.', nl: 'Even te veel berichten naar de beurs; probeer het zo weer.' },
  'gate.collar': { en: 'The price is too far from the mark price.', nl: 'De prijs ligt te ver van de markprijs.' },
  'gate.stale_market': { en: 'The market data is too old to trade on.', nl: 'De marktgegevens zijn te oud om op te handelen.' },
  'gate.repeated': { en: 'The same kind of entry came too often in a short time; the strategy waits.', nl: 'Hetzelfde soort instap kwam te vaak in korte tijd; de strategie wacht.' },
  'gate.paused': { en: 'The strategy is paused; resume it to allow entries.', nl: 'De strategie is gepauzeerd; hervat die om weer in te stappen.' },
  'gate.draining': { en: 'The strategy is draining; it takes no new entries.', nl: 'De strategie loopt uit; er komen geen nieuwe instappen.' },
  'gate.halted': { en: 'The kill switch is on; a person has to resume the strategy.', nl: 'De noodstop is actief; iemand moet de strategie hervatten.' },
  'gate.stopped': { en: 'The strategy is stopped.', nl: 'De strategie is gestopt.' },
  'gate.settlement': { en: 'The exchange settles around 08:00 UTC; entries wait for a clean check after it.', nl: 'De beurs rekent rond 08:00 UTC af; instappen wachten op een goede controle daarna.' },
  'gate.cancel_on_disconnect': { en: 'The exchange would cancel our stops when the link breaks. Switch cancel-on-disconnect off for this account.', nl: 'De beurs zou onze stops annuleren als de verbinding wegvalt. Zet cancel-on-disconnect uit voor deze rekening.' },
  'gate.instrument_closed': { en: 'The exchange does not accept orders on this instrument now.', nl: 'De beurs neemt nu geen orders aan op dit instrument.' },
  'gate.instrument_unknown': { en: 'This instrument is not on the list of what may be traded.', nl: 'Dit instrument staat niet op de lijst van wat verhandeld mag worden.' },
  'gate.earlier_order_unproved': { en: 'An order of an earlier trade is not proved closed yet.', nl: 'Van een eerdere trade is een order nog niet bewezen gesloten.' },
  'gate.open_break': { en: 'There is an open difference on this instrument; decide on it first.', nl: 'Er staat een verschil open op dit instrument; beslis daar eerst over.' },
  'gate.in_trade': { en: 'The strategy already holds a trade.', nl: 'De strategie heeft al een trade.' },
  'gate.amount_too_small': { en: 'The amount is smaller than the exchange accepts.', nl: 'De hoeveelheid is kleiner dan de beurs aanneemt.' },
  'gate.amount_off_grid': { en: 'The amount is not a whole number of contracts.', nl: 'De hoeveelheid is geen geheel aantal contracten.' },
  'gate.reduce_too_large': { en: 'A closing order may not be larger than what is open.', nl: 'Een sluitorder mag niet groter zijn dan wat open staat.' },
  'gate.price_band': { en: 'The price lies outside the band that the exchange allows.', nl: 'De prijs ligt buiten de band die de beurs toestaat.' },
} as const satisfies Texts;
