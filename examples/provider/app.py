"""The hospital's pages, its callback, and the receiver of webhooks. Nothing here knows Onedoor but its address: Authlib reads the rest."""

import asyncio
import html
import json
import logging
import os
import secrets
from pathlib import Path
from typing import Any

from authlib.integrations.starlette_client import OAuth, OAuthError
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from . import city
from .ledger import Ledger

SCOPE = "openid real_name phone birthdate matters offline_access"
log = logging.getLogger("hospital")
trouble = {"mode": ""}
"""How the receiver misbehaves while somebody rehearses: "500", "slow", or not at all."""


def page(title: str, body: str, status: int = 200) -> HTMLResponse:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    return HTMLResponse(f"<!doctype html><html lang='zh-CN'><head>{head}</head><body><h1>{title}</h1>{body}</body></html>", status)


async def home(request: Request) -> Response:
    ledger: Ledger = request.app.state.ledger
    found = ledger.rows("select * from patient where sub = ?", request.session.get("sub", ""))
    if not found:
        return page("青禾市第一医院", '<p><a id="login" href="/login">用城市账户登录</a></p>')
    booked = ledger.rows("select * from appointment where sub = ?", found[0]["sub"])
    rows = "".join(f"<li>{html.escape(one['ref'])}：{html.escape(one['status'])}</li>" for one in booked)
    who = html.escape(found[0]["name"] or "居民")
    book = '<form method="post" action="/book"><button id="book">预约心内科</button></form>'
    return page("青禾市第一医院", f'<p id="who">{who}，您好</p><ul>{rows}</ul>{book}<p><a href="/logout">退出</a></p>')


async def login(request: Request) -> Response:
    return await request.app.state.oauth.city.authorize_redirect(request, f"{os.environ['HERE']}/callback")


async def callback(request: Request) -> Response:
    try:
        token = await request.app.state.oauth.city.authorize_access_token(request)
    except OAuthError as refused:
        return page("没有登录", f'<p id="error">{html.escape(str(refused.error))}</p><p><a href="/">返回</a></p>', 400)
    fields: dict[str, Any] = await request.app.state.oauth.city.userinfo(token=token)
    request.app.state.ledger.welcome(fields["sub"], fields.get("name", ""), fields.get("phone_number", ""))
    request.session["sub"] = fields["sub"]
    request.session["fields"] = dict(fields)
    return RedirectResponse("/", 303)


async def logout(request: Request) -> Response:
    request.session.clear()
    told = await request.app.state.oauth.city.load_server_metadata()
    back = f"client_id={os.environ['CLIENT_ID']}&post_logout_redirect_uri={os.environ['HERE']}/"
    return RedirectResponse(f"{told['end_session_endpoint']}?{back}", 303)


async def fields(request: Request) -> Response:
    """What the city has told of whoever is signed in here."""
    return JSONResponse(request.session.get("fields", {}))


async def book(request: Request) -> Response:
    if "sub" in request.session:
        ref = f"MZ{secrets.token_hex(4).upper()}"
        with request.app.state.ledger.writing() as db:
            db.execute("insert into appointment (ref, sub, status) values (?, ?, 'open')", (ref, request.session["sub"]))
    return RedirectResponse("/", 303, background=BackgroundTask(told, request.app.state.ledger))


async def told(ledger: Ledger) -> None:
    """Report what is new; a city that does not answer is told next time."""
    try:
        await city.report(ledger)
    except Exception as away:
        log.warning("not reported yet: %r", away)


async def webhooks(request: Request) -> Response:
    """First the signature and its time, then the effect once, then the answer. Only 2xx says: do not send it again."""
    if trouble["mode"] == "500":
        return JSONResponse({"error": "rehearsal"}, 500)
    body = await request.body()
    try:
        event = Webhook(os.environ["WEBHOOK_SECRET"]).verify(body, dict(request.headers))
    except WebhookVerificationError:
        return JSONResponse({"error": "signature"}, 400)
    request.app.state.ledger.apply(event)
    if trouble["mode"] == "slow":  # the effect has happened, and the answer comes too late
        await asyncio.sleep(7)
    return Response(status_code=204, background=BackgroundTask(told, request.app.state.ledger))


async def events(request: Request) -> Response:
    """For rehearsals: which events came how often, and took effect how often."""
    return JSONResponse(request.app.state.ledger.rows("select * from event order by id"))


async def misbehave(request: Request) -> Response:
    """For rehearsals: how the receiver answers from now on."""
    trouble["mode"] = json.loads(await request.body() or b"{}").get("mode", "")
    return JSONResponse(trouble)


def make() -> Starlette:
    """The application; its settings come from the environment that `python -m examples.provider` sets."""
    oauth = OAuth()
    oauth.register(
        "city", server_metadata_url=f"{os.environ['CITY']}/.well-known/openid-configuration", client_id=os.environ["CLIENT_ID"],
        client_secret=os.environ["CLIENT_SECRET"], client_kwargs={"scope": SCOPE, "code_challenge_method": "S256", "trust_env": False},
    )  # fmt: skip
    routes = [
        Route("/", home), Route("/login", login), Route("/callback", callback), Route("/logout", logout), Route("/fields", fields),
        Route("/book", book, methods=["POST"]), Route("/webhooks", webhooks, methods=["POST"]),
    ]  # fmt: skip
    if os.environ.get("REHEARSE") == "1":
        routes += [Route("/events", events), Route("/misbehave", misbehave, methods=["POST"])]
    app = Starlette(routes=routes, middleware=[Middleware(SessionMiddleware, secret_key=secrets.token_hex(16), session_cookie="hospital")])
    app.state.oauth, app.state.ledger = oauth, Ledger(Path(os.environ["LEDGER"]))
    return app
