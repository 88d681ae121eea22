/** The claims about each venue, in one file for all: importing ccxt anew for each would take most of their time. */
import './venues/binance.claims.ts';
import './venues/bitget.claims.ts';
import './venues/bybit.claims.ts';
import './venues/gate.claims.ts';
import './venues/hyperliquid.claims.ts';
import './venues/okx.claims.ts';
