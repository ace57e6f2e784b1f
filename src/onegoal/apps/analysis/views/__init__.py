"""Pages of figures: the chain, channels, creatives, hours, time to sale, cohorts, and the lists behind them."""
