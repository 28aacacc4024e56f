"""The ways in which rows reach the exchange, by name."""

from haihe.data.exchange.connectors.csv_file.connector import CSV_FILE
from haihe.data.exchange.ports import Connector

CONNECTORS: dict[str, Connector] = {connector.name: connector for connector in (CSV_FILE,)}
