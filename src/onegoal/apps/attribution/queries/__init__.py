"""What attribution reads: journeys of the company's warehouse, their credits, the records behind them, published figures."""
