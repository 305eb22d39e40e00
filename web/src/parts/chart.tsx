/**
 * The price in one-minute candles, with the open trade's entry, stop and target as lines and entries and exits marked by
 * who made them. Past candles are read once; the running one comes with the stream.
 */
import { useMantineColorScheme } from '@mantine/core';
import {
  type AutoscaleInfo,
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineStyle,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { CandleAnswer, Trade } from '../../../src/wire/requests.ts';
import { get } from '../data/api.ts';
import { useSettings } from '../data/settings.ts';
import { useLive, useTrades } from '../data/store.ts';
import { useWords, type Words } from '../data/words.ts';
import { byHand } from './actor.tsx';
import { ChartTable } from './chart-table.tsx';
import { usePriceFreshness } from './link.ts';
import { Empty, Section } from './section.tsx';

type Drawn = {
  readonly chart: IChartApi;
  readonly series: ISeriesApi<'Candlestick'>;
  readonly markers: ISeriesMarkersPluginApi<Time>;
};

type Bar = {
  readonly time: UTCTimestamp;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
};

const MINUTE_S = 60;
/** Trades that are marked at most. */
const MOST_MARKED = 200;
/** A hole in the running candles is filled by reading, this long after it was seen at the earliest. */
const REREAD_MS = 2_000;

const seconds = (iso: string): UTCTimestamp => Math.floor(Date.parse(iso) / 1_000) as UTCTimestamp;
const minute = (iso: string): UTCTimestamp =>
  (Math.floor(seconds(iso) / MINUTE_S) * MINUTE_S) as UTCTimestamp;

/** Pixels need binary numbers; nothing is computed with these. */
const barOf = (candle: CandleAnswer): Bar => ({
  time: seconds(candle.at),
  open: Number(candle.open),
  high: Number(candle.high),
  low: Number(candle.low),
  close: Number(candle.close),
});

const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function draw(container: HTMLElement): Drawn {
  const chart = createChart(container, {
    autoSize: true,
    layout: { attributionLogo: false, fontSize: 11, background: { color: 'transparent' } },
    rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.12, bottom: 0.12 } },
    timeScale: {
      borderVisible: false,
      timeVisible: true,
      secondsVisible: false,
      rightOffset: 4,
      barSpacing: 7,
      minBarSpacing: 2,
    },
    handleScroll: { vertTouchDrag: false },
  });
  const series = chart.addSeries(CandlestickSeries, {
    priceFormat: { type: 'price', precision: 1, minMove: 0.1 },
    borderVisible: false,
  });
  return { chart, series, markers: createSeriesMarkers<Time>(series) };
}

function paint({ chart, series }: Drawn, words: Words): void {
  const [gain, loss, line, muted, text] = ['gain', 'loss', 'line', 'muted', 'text'].map(colour);
  const at = (time: Time): string => words.clock(Number(time) * 1_000).slice(0, 5);
  chart.applyOptions({
    layout: { textColor: muted ?? '', fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { vertLines: { visible: false }, horzLines: { color: line ?? '' } },
    crosshair: {
      vertLine: { color: muted ?? '', labelBackgroundColor: muted ?? '' },
      horzLine: { color: muted ?? '', labelBackgroundColor: muted ?? '' },
    },
    localization: {
      timeFormatter: (time: Time) => words.dateTime(Number(time) * 1_000),
      priceFormatter: (price: number) =>
        words.number(price.toFixed(1) as Trade['amount'], { places: 1 }),
    },
    timeScale: { tickMarkFormatter: at },
  });
  series.applyOptions({
    upColor: gain ?? '',
    downColor: loss ?? '',
    wickUpColor: gain ?? '',
    wickDownColor: loss ?? '',
    priceLineColor: text ?? '',
  });
}

function markersOf(trades: readonly Trade[], from: number, words: Words): SeriesMarker<Time>[] {
  const marks: SeriesMarker<Time>[] = [];
  for (const trade of trades) {
    const long = trade.direction === 'long';
    if (minute(trade.openedAt) >= from) {
      marks.push({
        time: minute(trade.openedAt),
        position: long ? 'belowBar' : 'aboveBar',
        shape: long ? 'arrowUp' : 'arrowDown',
        color: colour('info'),
      });
    }
    if (trade.closedAt === null || minute(trade.closedAt) < from) continue;
    const lost = trade.netPnl.startsWith('-');
    const hand = byHand(trade);
    const text = hand
      ? words.t('web.mark_hand')
      : trade.closedBy === 'liquidation'
        ? '!'
        : trade.closedBy === 'unknown'
          ? '?'
          : '';
    marks.push({
      time: minute(trade.closedAt),
      position: long ? 'aboveBar' : 'belowBar',
      shape: hand ? 'square' : 'circle',
      color: colour(hand ? 'warn' : lost ? 'loss' : 'gain'),
      text,
    });
  }
  return marks.sort((a, b) => Number(a.time) - Number(b.time));
}

/** The price range that also shows these levels. */
function including(scale: AutoscaleInfo | null, levels: readonly number[]): AutoscaleInfo | null {
  const range = scale?.priceRange ?? null;
  if (scale === null || range === null) return scale;
  return {
    ...scale,
    priceRange: {
      minValue: Math.min(range.minValue, ...levels),
      maxValue: Math.max(range.maxValue, ...levels),
    },
  };
}

function linesOf({ series }: Drawn, trade: Trade, words: Words): () => void {
  const wanted = [
    {
      price: trade.entryPrice,
      color: colour('info'),
      title: words.t('chart.entry'),
      lineStyle: LineStyle.Solid,
    },
    {
      price: trade.stopLoss,
      color: colour('loss'),
      title: words.t('chart.stop'),
      lineStyle: LineStyle.Dashed,
    },
    {
      price: trade.takeProfit,
      color: colour('gain'),
      title: words.t('chart.target'),
      lineStyle: LineStyle.Dashed,
    },
  ];
  const lines = wanted.flatMap(({ price, ...look }) =>
    price === null
      ? []
      : [
          series.createPriceLine({
            ...look,
            price: Number(price),
            lineWidth: 1,
            axisLabelVisible: true,
          }),
        ],
  );
  const levels = wanted.flatMap(({ price }) => (price === null ? [] : [Number(price)]));
  series.applyOptions({
    autoscaleInfoProvider: (scale: () => AutoscaleInfo | null) => including(scale(), levels),
  });
  return () => {
    series.applyOptions({ autoscaleInfoProvider: (scale: () => AutoscaleInfo | null) => scale() });
    for (const line of lines) series.removePriceLine(line);
  };
}

/** Fills the chart with past candles and keeps the running one moving; answers the time of the first, or null before it. */
function useBars(drawn: Drawn | null, instrument: string): number | null {
  const [first, setFirst] = useState<number | null>(null);
  const socket = useLive((live) => live.socket);
  useEffect(() => {
    if (drawn === null || !socket) return undefined;
    const { series, chart } = drawn;
    const abort = new AbortController();
    let last = 0;
    let again: ReturnType<typeof setTimeout> | undefined;
    const read = async (): Promise<void> => {
      again = undefined;
      const answer = await get<{ readonly items: readonly CandleAnswer[] }>(
        `/candles?instrument=${encodeURIComponent(instrument)}`,
        abort.signal,
      );
      if (!answer.ok || abort.signal.aborted) return;
      const bars = answer.body.items.map(barOf);
      const opening = last === 0;
      series.setData(bars);
      last = bars.at(-1)?.time ?? 0;
      setFirst(bars[0]?.time ?? null);
      if (opening)
        chart.timeScale().setVisibleLogicalRange({ from: bars.length - 120, to: bars.length + 4 });
    };
    const stop = useLive.subscribe(({ stream }, before) => {
      const candle = stream.market[instrument]?.candle ?? null;
      if (candle === null || last === 0 || candle === before.stream.market[instrument]?.candle)
        return;
      const bar = barOf(candle);
      if (bar.time < last) return;
      if (bar.time > last + MINUTE_S) again ??= setTimeout(() => void read(), REREAD_MS);
      last = bar.time;
      series.update(bar);
    });
    void read();
    return () => {
      stop();
      clearTimeout(again);
      abort.abort();
    };
  }, [drawn, instrument, socket]);
  return first;
}

export function Chart({ instrument }: { readonly instrument: string }): ReactNode {
  const words = useWords();
  const { t } = words;
  const holder = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const { colorScheme } = useMantineColorScheme();
  const palette = useSettings((settings) => settings.palette);
  const trades = useTrades();
  const fresh = usePriceFreshness(instrument);
  const mark = useLive(({ stream }) => stream.market[instrument]?.markPrice ?? null);
  const first = useBars(drawn, instrument);

  useEffect(() => {
    if (drawn !== null) paint(drawn, words);
  }, [drawn, words, colorScheme, palette]);

  useEffect(() => {
    if (drawn === null || first === null) return;
    const shown = Object.values(trades).filter((trade) => trade.instrument === instrument);
    drawn.markers.setMarkers(markersOf(shown.slice(-MOST_MARKED), first, words));
  }, [drawn, first, trades, instrument, words, colorScheme, palette]);

  const open = Object.values(trades).find(
    (trade) => trade.instrument === instrument && trade.status === 'open',
  );
  const levels =
    open === undefined ? '' : [open.id, open.entryPrice, open.stopLoss, open.takeProfit].join(' ');
  useEffect(() => {
    if (drawn === null || open === undefined) return undefined;
    return linesOf(drawn, open, words);
    // The lines depend on the levels, not on the identity of the trade.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [drawn, levels, words, colorScheme, palette]);

  // Last of all effects, so that the others let go of the chart before it is removed.
  useEffect(() => {
    if (holder.current === null) return undefined;
    const made = draw(holder.current);
    setDrawn(made);
    return () => {
      setDrawn(null);
      made.chart.remove();
    };
  }, []);

  return (
    <Section
      title={`${t('section.chart')} ${instrument}`}
      className="chart-card"
      aside={
        <span className="legend">
          <span className="tone-info">▲▼</span> {t('web.legend_entry')}{' '}
          <span className="tone-muted">●</span> {t('web.legend_engine')}{' '}
          <span className="tone-warn">■</span> {t('web.legend_hand')}
        </span>
      }
    >
      <div className="chart" data-fresh-price={fresh} data-testid="chart">
        <div
          ref={holder}
          className="chart-holder"
          role="img"
          aria-label={mark === null ? instrument : t('chart.summary', { instrument, price: mark })}
        />
        {first === null ? <Empty>{t('empty.candles')}</Empty> : null}
      </div>
      <ChartTable instrument={instrument} trade={open} />
      <p className="credit muted">
        <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer noopener">
          TradingView Lightweight Charts™
        </a>
      </p>
    </Section>
  );
}
