"""Convert one product, from its photo to its page."""

from __future__ import annotations

import asyncio

from prefect import State, flow
from prefect.states import Completed, Failed

from flows.asset import StepResults, asset_of
from flows.outcome import Outcome
from flows.review_form import ask_reviewer
from tasks.approve_draft import approve_draft
from tasks.approve_model import approve_model
from tasks.build_ar import build_ar
from tasks.build_destinations import build_destinations
from tasks.build_lods import build_lods
from tasks.build_usdz import build_usdz
from tasks.buy_model import buy_model
from tasks.certify_lods import certify_lods
from tasks.check_destinations import check_destinations
from tasks.count_run import count_run
from tasks.draw_levels import draw_levels
from tasks.fetch_model import fetch_model
from tasks.hold_for_review import hold_for_review, read_instructions
from tasks.inputs import inputs_of
from tasks.job_slot import job_slot
from tasks.named_photos import check_named_photos, is_deployed
from tasks.policy import enable_progress_log, gather_steps
from tasks.prepare_photo import prepare_photo
from tasks.publish_release import publish_release
from tasks.push_to_shop import push_to_shop
from tasks.render_poster import render_poster
from tasks.render_turntable import render_turntable
from tasks.repair_model import repair_model
from tasks.report_product import report_product
from tasks.shop import check_shop
from vitrine.destinations.limits import named_destinations
from vitrine.models import Product
from vitrine.progress import bind_product
from vitrine.purchasing.approve_draft import draft_generation
from vitrine.purchasing.shared_photos import Turn
from vitrine.recipe import Recipe
from vitrine.runs import Conversion

MOST_QUESTIONS = 10
"""Of one product, between two times that its run is suspended."""


@flow(name="convert-product", flow_run_name="{product.id}")
async def convert_product(
    product: Product,
    recipe: Recipe = Recipe(),
    account: str = "sandbox",
    to: str = "public",
    accept: bool = False,
    ask: bool = False,
) -> State[Conversion]:
    """Buy a 3D model for a product photo, optimize it for the web, and publish it.

    Args:
        product: Its id, title, photos (paths or URLs) and, if known, dimensions.
        recipe: What is generated, built and checked, and how; `vitrine recipe` prints it with comments.
        account: Where models are bought: `block:TYPE/NAME`, a provider's name, or several, with commas;
            `cheapest:A,B` asks the cheaper one first.
        to: Where to publish: `block:TYPE/NAME`, `s3://bucket/prefix`, or a folder.
        accept: After you have looked at a held product: its draft is approved, and the product is published
            even if it differs from its photo.
        ask: Suspend the run of a held product until somebody has decided in the form that Prefect shows;
            otherwise the run ends, and `vitrine review` decides.
    """
    deployed = is_deployed()
    conversion = await convert(product, recipe, account, to, accept, named_by_others=deployed)
    for _ in range(MOST_QUESTIONS if ask and deployed else 0):
        if conversion.status != "held" or not await ask_reviewer(product.slug, recipe, to):
            break
        conversion = await convert(product, recipe, account, to, accept, named_by_others=True)
    if conversion.status == "held":
        return Completed(name="Held", message=conversion.error, data=conversion)
    if conversion.error:
        return Failed(message=conversion.error, data=conversion)
    return Completed(message=conversion.status, data=conversion)


async def convert(
    product: Product,
    recipe: Recipe,
    account: str,
    to: str,
    accept: bool,
    *,
    named_by_others: bool = False,
    turn: Turn | None = None,
) -> Conversion:
    """Take the steps of one product, in order, and return the result; a failure is a result, too.

    Photos that are `named_by_others` than the feed's reader and the user are checked first. `turn` is its
    place in a catalogue: products whose photos look alike share a model.
    """
    enable_progress_log()
    process = recipe.process
    inputs = await asyncio.to_thread(inputs_of, product, recipe, account)
    outcome = Outcome(product, inputs)
    with bind_product(product.id) as times, outcome.record_failure():
        named_destinations(recipe.destinations)  # a wrong name must stop the run before anything is bought
        if recipe.shop is not None:
            await check_shop(recipe.shop)
        if named_by_others:
            check_named_photos(product)
        decided = await read_instructions(product, inputs, to)
        accept = accept or decided.accepted
        attempt = max(recipe.attempt, decided.attempt)
        outcome.inputs = inputs.model_copy(update={"attempt": attempt})
        photo = await prepare_photo(product, recipe.photo, accept, process, recipe.feed, turn)
        async with job_slot():
            if recipe.mode == "draft-then-final":
                lesser = draft_generation(recipe.generation)
                draft = outcome.record_purchase(
                    await buy_model(photo, lesser, account, to, product.id, attempt)
                )
                draft_raw = outcome.record_delivery(
                    draft, await fetch_model(draft, account, recipe.deadline_s)
                )
                await approve_draft(draft_raw, photo, product, recipe.poster, recipe.limits, process, accept)
            job = outcome.record_purchase(
                await buy_model(photo, recipe.generation, account, to, product.id, attempt)
            )
            raw = outcome.record_delivery(job, await fetch_model(job, account, recipe.deadline_s))
        repair = outcome.record_turn(recipe.repair, job.attempt, decided.quarters_of(job.attempt))
        model = await repair_model(raw, photo.judge, repair, product.dimensions, recipe.limits, process)
        lods, ar, images = await gather_steps(
            build_lods(model.blob, recipe.ladder, recipe.web, process),
            build_ar(model.blob, recipe.ar, process),
            render_poster(model.blob, recipe.poster, process),
        )
        if recipe.usdz.enabled:
            ar = ar.with_files(await build_usdz(ar, process))
        if recipe.destinations:
            built = await build_destinations(
                model.blob, ar, recipe.destinations, recipe.ar, product.dimensions, process
            )
            ar = ar.with_files(built)
        if recipe.certify.enabled:
            certified = await certify_lods(
                model.blob, lods, ar, recipe.ladder, recipe.web, recipe.certify, process
            )
            lods, ar = certified.lods, certified.ar
        verdicts = await check_destinations(lods, ar, product.dimensions, process)
        if recipe.turntable.enabled:
            images = (*images, await render_turntable(lods, recipe.turntable, process))
        results = StepResults(
            photo=photo,
            job=job,
            model=model,
            images=images,
            lods=lods,
            ar=ar,
            verdicts=verdicts,
        )
        asset = asset_of(product, recipe, results, outcome)
        outcome.record_asset(asset, await draw_levels(model, lods, photo.judge, process))
        blocking = await approve_model(asset, accept, to, recipe.review)
        if not blocking:
            outcome.record_release(await publish_release(asset, to))
            if recipe.shop is not None:
                with outcome.record_shop_failure():
                    outcome.record_listing(await push_to_shop(asset, to, recipe.shop))
        else:
            outcome.record_held(asset, blocking)
        await report_product(asset, outcome.conversion)
    if outcome.conversion.status == "held":
        with bind_product(product.id), outcome.record_failure():
            await hold_for_review(outcome.review_item(product, account, to))
    await count_run(outcome.conversion, times)
    return outcome.conversion
