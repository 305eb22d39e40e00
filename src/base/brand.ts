/** Nominal types over plain values: a branded string or number can't be mixed up with another kind of the same shape. */
declare const brand: unique symbol;

/** `T` marked as being a `Name`; made only by the function that checks it. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
