/**
 * Which type of order needs, takes or refuses what. Checked before anything leaves, so that nothing is sent that the
 * exchange would refuse or, worse, read in another way. Where FACTS leaves open whether a type takes a member, none is sent.
 */
import { type Result, err, ok } from '../../base/result.ts';
import { MAX_LABEL_LENGTH } from '../protocol/methods.ts';
import type {
  ChildOrder,
  EditOrder,
  Linked,
  PlaceOrder,
  PlaceType,
  VenueRequest,
} from '../port.ts';

type Terms = {
  /** A limit price: then also a time in force and post-only. */
  readonly limit: boolean;
  /** What sets it off: nothing, a price, or a distance from the best price. */
  readonly trigger: 'none' | 'price' | 'offset';
};

/** `market_limit` takes its price from the book. */
export const TERMS: Readonly<Record<PlaceType, Terms>> = {
  limit: { limit: true, trigger: 'none' },
  market: { limit: false, trigger: 'none' },
  market_limit: { limit: false, trigger: 'none' },
  stop_limit: { limit: true, trigger: 'price' },
  stop_market: { limit: false, trigger: 'price' },
  take_limit: { limit: true, trigger: 'price' },
  take_market: { limit: false, trigger: 'price' },
  trailing_stop: { limit: false, trigger: 'offset' },
};

/** How many children each link takes. */
const CHILDREN: Readonly<Record<Linked, number>> = { triggers: 1, triggers_pair: 2, cancels: 1 };

/** The link that an order means; null of an order without children. */
export function linkOf(order: PlaceOrder): Linked | null {
  if (order.children.length === 0) return null;
  return order.linked ?? (order.children.length === 1 ? 'triggers' : 'triggers_pair');
}

type Asked = Pick<
  ChildOrder,
  'type' | 'label' | 'price' | 'timeInForce' | 'post' | 'triggerPrice' | 'trigger' | 'triggerOffset'
>;

/** What is wrong with a member: missing where it is needed, or there where it is refused. */
function fit(where: string, type: PlaceType, given: boolean, needed: boolean): string | undefined {
  if (given === needed) return undefined;
  return needed
    ? `${where} is missing, an order of type ${type} needs one`
    : `${where} is given, an order of type ${type} takes none`;
}

const given = (value: unknown): boolean => value !== null && value !== undefined;

function problemOf(order: Asked, at: string): string | undefined {
  const { type, timeInForce, post } = order;
  const { limit, trigger } = TERMS[type];
  if (order.label.length > MAX_LABEL_LENGTH)
    return `${at}label has ${order.label.length} characters, at most ${MAX_LABEL_LENGTH} are accepted`;
  if (!limit && given(timeInForce)) return fit(`${at}timeInForce`, type, true, false);
  if (!limit && given(post)) return fit(`${at}post`, type, true, false);
  if (given(post) && (timeInForce === 'fill_or_kill' || timeInForce === 'immediate_or_cancel'))
    return `${at}post is given with timeInForce ${timeInForce}, an order that may not rest can't be post-only`;
  return (
    fit(`${at}price`, type, given(order.price), limit) ??
    fit(`${at}trigger`, type, given(order.trigger), trigger !== 'none') ??
    fit(`${at}triggerPrice`, type, given(order.triggerPrice), trigger === 'price') ??
    fit(`${at}triggerOffset`, type, given(order.triggerOffset), trigger === 'offset')
  );
}

function problemOfLink(order: PlaceOrder): string | undefined {
  const link = linkOf(order);
  const count = order.children.length;
  if (link === null)
    return order.linked === undefined
      ? undefined
      : `linked is ${order.linked}, but there are no children`;
  if (count !== CHILDREN[link])
    return `children: ${count} given, linked ${link} takes ${CHILDREN[link]}`;
  const wakes = link !== 'cancels';
  if (wakes && order.fillCondition === null)
    return 'fillCondition is missing, an order whose fills wake its children needs one';
  if (!wakes && order.fillCondition !== null)
    return 'fillCondition is given, orders that cancel each other take none';
  return undefined;
}

function checkPlace(order: PlaceOrder): string | undefined {
  if (order.children.length > 2)
    return `children: ${order.children.length} given, at most 2 are accepted`;
  const children = order.children.map((child, i) => problemOf(child, `children.${i}.`));
  return (
    problemOf(order, '') ??
    children.find((problem) => problem !== undefined) ??
    problemOfLink(order)
  );
}

/** An edit does not know its order's type; it may not ask for what no order has. */
const checkEdit = ({ price, triggerPrice, triggerOffset, post }: EditOrder): string | undefined => {
  if (given(triggerOffset) && (given(price) || given(triggerPrice)))
    return 'triggerOffset is given with price or triggerPrice, a trailing stop has neither';
  return given(post) && !given(price) ? 'post is given without a price' : undefined;
};

/** Whether the exchange could make sense of a wish; the error names the field and what is accepted. */
export function checkRequest(request: VenueRequest): Result<null, string> {
  const problem =
    request.kind === 'place'
      ? checkPlace(request.order)
      : request.kind === 'edit'
        ? checkEdit(request.edit)
        : undefined;
  return problem === undefined ? ok(null) : err(problem);
}
