using Microsoft.Extensions.DependencyInjection;

namespace PgQueue.Tests.Registration;

/// <summary>A handler that the container cannot make stops the start; one that it can make by any way does not.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class DependencyRulesTests
{
    [Test]
    public void A_handler_whose_dependency_is_not_registered_stops_the_start_and_both_are_named() => Assert.That(
        Errors(static b => b.AddHandler<Receipt, NeedsMailer>()),
        Is.EqualTo(new[] { "Handler PgQueue.Tests.Registration.DependencyRulesTests+NeedsMailer needs IMailer and List<string>, which no service is registered for." }));

    [Test]
    public void A_middleware_whose_dependency_is_not_registered_stops_the_start() => Assert.That(
        Errors(static b => b.AddHandler<Receipt, ReceiptHandler>().UseMiddleware<MailingMiddleware>()), Has.One.Contains("+MailingMiddleware needs IMailer"));

    [Test]
    public void A_process_that_runs_no_jobs_needs_no_dependencies() => Assert.That(
        Errors(static b => b.AddHandler<Receipt, NeedsMailer>(), """{ "Queues": {} }"""), Is.Empty);

    [Test]
    public void What_the_container_can_make_is_no_error() => Assert.That(
        Errors(static b =>
        {
            b.Services.AddSingleton<IMailer, Mailer>().AddSingleton(new List<string>()).AddKeyedSingleton<IMailer, Mailer>("other");
            b.AddHandler<Receipt, NeedsMailer>("a").AddHandler<Receipt, NeedsMuch>("b").AddHandler<Receipt, TwoConstructors>("c");
        }),
        Is.Empty);

    [Test]
    public void A_handler_that_a_factory_makes_is_not_judged() => Assert.That(
        Errors(static b =>
        {
            b.Services.AddScoped(static _ => new NeedsMailer(new Mailer(), []));
            b.AddHandler<Receipt, NeedsMailer>();
        }),
        Is.Empty);

    private static string[] Errors(Action<IPgQueueBuilder> add, string section = "{}") => Json.StartErrors(Json.With(section), services => add(services.AddPgQueue()));

    internal interface IMailer;

    internal sealed class Mailer : IMailer;

    internal abstract class Handler : IJobHandler<Receipt>
    {
        public Task HandleAsync(Receipt payload, JobContext context, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    internal sealed class NeedsMailer(IMailer mailer, List<string> names) : Handler
    {
        public override string ToString() => $"{mailer} {names.Count}";
    }

    internal sealed class NeedsMuch(
        IServiceProvider services, IServiceScopeFactory scopes, IEnumerable<DayOfWeek> none, [FromKeyedServices("other")] IMailer keyed, IJobClient jobs,
        Microsoft.Extensions.Logging.ILogger<NeedsMuch> logger, Microsoft.Extensions.Options.IOptions<PgQueueOptions> options, DateOnly day = default) : Handler
    {
        public override string ToString() => $"{services}{scopes}{none}{keyed}{jobs}{logger}{options}{day}";
    }

    internal sealed class TwoConstructors : Handler
    {
        public TwoConstructors()
        {
        }

        public TwoConstructors(Uri unknown) => _ = unknown;
    }

    internal sealed class MailingMiddleware(IMailer mailer) : IJobMiddleware
    {
        public Task InvokeAsync(JobContext context, JobDelegate next, CancellationToken cancellationToken) => mailer is null ? Task.CompletedTask : next(context, cancellationToken);
    }
}
