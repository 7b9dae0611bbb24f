namespace Ciclo.Modules.Customers.Records;

/// <summary>What somebody of the team wrote about a customer.</summary>
public sealed record TeamNote(string Id, string Person, string Text, long At, string AuthorId, string AuthorName)
{
    public const int LongestText = 4_000;
    public const int MostOfAPerson = 500;
}

/// <summary>A list that only people fill.</summary>
public sealed record PeopleList(string Id, string Name, int Members)
{
    public const int LongestName = 80;
    public const int Most = 200;
    public const int MostMembers = 200_000;
}

/// <summary>What the records hold of one person, by the public ids of all identifiers of the profile.</summary>
public sealed record PersonRecords(IReadOnlyList<TeamNote> Notes, IReadOnlyList<string> Tags, IReadOnlyList<PeopleList> Lists)
{
    public const int LongestTag = 60;
    public const int MostTags = 50;
}
