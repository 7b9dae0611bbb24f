using Ciclo.Modules.Customers.List;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Customers.Search;

/// <summary>The first few that a text finds, and how many there are.</summary>
public sealed record Suggested(string Query, IReadOnlyList<PersonLook> People, int Total, IReadOnlyList<LifecycleInfo> Lifecycles);
