"""The funds' weather: what people notice when a fund is down, slow or lying, in figures."""
