"""The smallest Flask application: what every figure of the portal is divided by."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    return "Hello, world"
